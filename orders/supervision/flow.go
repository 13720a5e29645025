package supervision

// Type is how a supervised product is delivered (交付方式), as far as its stages differ.
type Type string

// The types.
const (
	Manual         Type = "manual"          // 人工服务, standard
	ManualSite     Type = "manual_site"     // 人工服务, 建站类
	SaaS           Type = "saas"            // SaaS delivered offline
	LicenseOffline Type = "license_offline" // License 线下
	LicenseID      Type = "license_id"      // License 1.0 识别码
	LicenseCode    Type = "license_code"    // License 2.0 授权码
	LicenseDeploy  Type = "license_deploy"  // License 软件包部署
	Hardware       Type = "hardware"        // 硬件
	App            Type = "app"             // 应用编排
	Data           Type = "data"            // 数据文件
)

// Channel is whose goods they are, as far as the stages differ.
type Channel string

// The channels.
const (
	General    Channel = "general"    // 通用
	Joint      Channel = "joint"      // 联营 and Huawei's own, without review
	Enablement Channel = "enablement" // joint, on the track of 赋能云 or paid with its cash coupon
	Base       Channel = "base"       // joint, paid with a 基地云 voucher
)

// Channels lists them.
var Channels = []Channel{General, Joint, Enablement, Base}

// Stage is where a case stands (监管节点).
type Stage string

// The stages. Those before Completing belong to flows; the others are the same for all.
const (
	Untyped    Stage = "untyped"    // delivery type or channel is not known: nothing can be done but to say it
	Request    Stage = "request"    // 用户提交需求
	Identify   Stage = "identify"   // the buyer submits the identification code (识别码)
	Confirm    Stage = "confirm"    // 商家确认需求
	Claim      Stage = "claim"      // the buyer claims the authorisation code (领取授权码)
	Activate   Stage = "activate"   // the seller activates it (激活授权码)
	Deliver    Stage = "deliver"    // 商家实施服务, 商家交付
	Ship       Stage = "ship"       // 服务商实施服务 of hardware: the parcel is sent
	Prove      Stage = "prove"      // 商家上传交付证明, where that is a node of its own
	Accept     Stage = "accept"     // 用户确认验收
	Review     Stage = "review"     // 华为云复核
	Completing Stage = "completing" // accepted; the fact is on its way
	Refunding  Stage = "refunding"  // the buyer is to get money back; waits for the fact that says so
	Done       Stage = "done"       // 已完成
	Refunded   Stage = "refunded"   // the whole line was refunded
	Closed     Stage = "closed"     // canceled, or provisioning failed
)

// Ended tells whether nothing can happen in a stage any more.
func (s Stage) Ended() bool { return s == Done || s == Refunded || s == Closed }

// Waiting tells whether somebody can act in it.
func (s Stage) Waiting() bool { return !s.Ended() && s != Completing && s != Refunding }

// Party is who acts.
type Party string

// The parties.
const (
	Buyer    Party = "buyer"    // through the marketplace
	Seller   Party = "seller"   // the merchant
	Platform Party = "platform" // Huawei's review, operations, the courier's messages
	System   Party = "system"   // a timer
)

// Event is what somebody does to a case.
type Event string

// The events.
const (
	SubmitRequest  Event = "submitRequest"
	SubmitCode     Event = "submitCode"
	ConfirmRequest Event = "confirmRequest"
	RejectRequest  Event = "rejectRequest"
	ClaimCode      Event = "claimCode"
	ActivateCode   Event = "activateCode"
	DeliverService Event = "deliver"
	EnterShipment  Event = "enterShipment"
	UploadProof    Event = "uploadProof"
	AcceptDelivery Event = "accept"
	RejectDelivery Event = "rejectDelivery"
	AutoAccept     Event = "autoAccept"
	CourierReport  Event = "courier"
	PassReview     Event = "passReview"
	FailReview     Event = "failReview"
)

// Events lists them.
var Events = []Event{
	SubmitRequest, SubmitCode, ConfirmRequest, RejectRequest, ClaimCode, ActivateCode, DeliverService, EnterShipment, UploadProof, AcceptDelivery, RejectDelivery,
	AutoAccept, CourierReport, PassReview, FailReview,
}

// Need is what an event has to bring.
type Need string

// The needs.
const (
	NeedText     Need = "text"     // the request in words
	NeedCode     Need = "code"     // the identification code
	NeedReason   Need = "reason"   // why it is rejected
	NeedProof    Need = "proof"    // a delivery proof stands or comes along
	NeedFile     Need = "file"     // a delivery proof comes along
	NeedShipment Need = "shipment" // carrier and number
	NeedCourier  Need = "courier"  // what the courier says
)

// Targets of a step that are no stage.
const (
	next Stage = "next" // the following stage of the flow; after the last one Completing
	stay Stage = "stay"
	back Stage = "back" // the latest earlier stage of the flow in which the seller delivers
)

// step is one thing that can be done in a stage: who does it, what it needs, what follows.
type step struct {
	At    Stage
	Event Event
	Who   Party
	Needs []Need
	To    Stage
}

// steps say what can be done in each stage, the same in every flow that has the stage. That a failed review goes back to the delivery is a choice; no
// source says what follows.
var steps = []step{
	{Request, SubmitRequest, Buyer, []Need{NeedText}, next},
	{Identify, SubmitCode, Buyer, []Need{NeedCode}, next},
	{Confirm, ConfirmRequest, Seller, nil, next},
	{Confirm, RejectRequest, Seller, []Need{NeedReason}, Request},
	{Claim, ClaimCode, Buyer, nil, next},
	{Activate, ActivateCode, Seller, nil, next},
	{Deliver, UploadProof, Seller, []Need{NeedFile}, stay},
	{Deliver, DeliverService, Seller, []Need{NeedProof}, next},
	{Ship, EnterShipment, Seller, []Need{NeedShipment}, next},
	{Ship, UploadProof, Seller, []Need{NeedFile}, stay},
	{Prove, UploadProof, Seller, []Need{NeedFile}, next},
	{Accept, AcceptDelivery, Buyer, nil, next},
	{Accept, RejectDelivery, Buyer, []Need{NeedReason}, back},
	{Accept, AutoAccept, System, nil, next},
	{Accept, CourierReport, Platform, []Need{NeedCourier}, stay},
	{Accept, UploadProof, Seller, []Need{NeedFile}, stay},
	{Review, PassReview, Platform, nil, next},
	{Review, FailReview, Platform, []Need{NeedReason}, back},
}

// flow is the road of one delivery type: its stages after the payment, and the channels that add the platform's review at its end.
type flow struct {
	Type    Type
	Stages  []Stage
	Courier bool // a parcel travels: courier events and automatic acceptance
	Review  []Channel
	Source  string
}

var (
	standard = []Stage{Request, Confirm, Deliver, Accept}
	reviewed = []Channel{Enablement, Base}
)

// flows are the stages as the marketplace's help pages name them. The charts there are pictures; what stands here is from their text. Cases of before
// 2025-03-26 (SaaS, 人工服务), 2024-09-14 (License 2.0) and 2023-04-28 (joint goods) went other ways; they are history and have no case here.
var flows = []flow{
	{Manual, standard, false, reviewed, "KooGallery, 服务监管 人工服务: 提交需求, 确认需求 or 驳回, 实施服务, 确认验收; 复核 in 赋能云 and 基地云"},
	{ManualSite, standard, false, reviewed, "a choice: the pages say that 建站类 has a template of its own and do not show its nodes; the standard ones until they are known"},
	{SaaS, []Stage{Request, Deliver, Accept}, false, reviewed, "KooGallery, 服务监管 SaaS: 提交需求, 商家交付, 确认验收; 复核 in 赋能云 and 基地云"},
	{LicenseOffline, []Stage{Deliver, Accept}, false, reviewed, "KooGallery Intl, License: waiting for the seller to provide the service, waiting for the user to confirm acceptance; no request of the buyer"},
	{LicenseID, []Stage{Identify, Deliver, Accept}, false, reviewed, "KooGallery, License 1.0: 系统识别码 or 硬件识别码, delivery, acceptance"},
	{LicenseCode, []Stage{Claim, Activate, Prove}, false, []Channel{Enablement}, "KooGallery, License 2.0 since 2024-09-14: claimed, 激活授权码 (service start), 上传交付证明; accepted by itself but in 赋能云, which reviews"},
	{LicenseDeploy, []Stage{Deliver, Accept}, false, nil, "KooGallery, License 软件包部署: deployed, 确认完成; no review is named"},
	{Hardware, []Stage{Ship, Accept}, true, reviewed, "KooGallery, 服务监管 硬件: 服务商实施服务, carrier and number, 确认验收; joint orders of 赋能云 and 基地云: whether the buyer received the goods is checked"},
	{App, standard, false, reviewed, "a choice: 应用编排 is named as supervised without its nodes; the standard ones until they are known"},
	{Data, standard, false, reviewed, "KooGallery: 数据文件 takes the standard flow"},
}

// Types lists the delivery types.
func Types() []Type {
	out := make([]Type, len(flows))
	for i, f := range flows {
		out[i] = f.Type
	}
	return out
}

func flowOf(t Type) *flow {
	for i := range flows {
		if flows[i].Type == t {
			return &flows[i]
		}
	}
	return nil
}

// Valid tells whether it is one of the channels.
func (c Channel) Valid() bool {
	for _, x := range Channels {
		if x == c {
			return true
		}
	}
	return false
}
