package catalog

import (
	"time"

	"suanpan/internal/fault"
)

// State is where a product stands with the marketplace.
type State string

// The states of a product.
const (
	Draft    State = "draft"     // the merchant still fills it
	InReview State = "in_review" // all gates passed; operations judges within three working days
	OnSale   State = "on_sale"   // 在售
	Stopped  State = "stopped"   // 停售, by the merchant's own wish
	Frozen   State = "frozen"    // hidden and not to be ordered, until operations thaws it
	Delisted State = "delisted"  // 退市, for good
)

// Act is what somebody or something does to a product.
type Act string

// The acts.
const (
	Submit Act = "submit" // every gate passed
	Pass   Act = "pass"
	Refuse Act = "refuse"
	Stop   Act = "stop"
	Resume Act = "resume"
	Freeze Act = "freeze"
	Thaw   Act = "thaw"
	Delist Act = "delist"
)

var moves = map[State]map[Act]State{
	Draft:    {Submit: InReview, Delist: Delisted},
	InReview: {Pass: OnSale, Refuse: Draft},
	OnSale:   {Submit: InReview, Stop: Stopped, Freeze: Frozen, Delist: Delisted}, // a change of what is on sale is judged like a first publication
	Stopped:  {Resume: OnSale, Freeze: Frozen, Delist: Delisted},
	Frozen:   {Thaw: OnSale, Delist: Delisted},
}

// To is the state that an act leads to, or CAT-STATE.
func (s State) To(a Act) (State, *fault.Fault) {
	if next, ok := moves[s][a]; ok {
		return next, nil
	}
	return s, fault.New(fault.Conflict, "CAT-STATE", "state", fault.Args{"state": string(s), "act": string(a)})
}

// Access is how a product reaches its buyer (商品接入类型).
type Access string

// The access types.
const (
	Image    Access = "IMAGE"    // 镜像
	SaaS     Access = "SAAS"     // SaaS
	License  Access = "LICENSE"  // License
	Manual   Access = "MANUAL"   // 人工服务
	Hardware Access = "HARDWARE" // 硬件
	APIGoods Access = "API"      // API
	DataFile Access = "DATA"     // 数据文件
	Compose  Access = "COMPOSE"  // 应用编排
)

// Accesses lists them in the order in which people are asked.
var Accesses = []Access{SaaS, Image, License, Manual, Hardware, APIGoods, DataFile, Compose}

// Product is one offer of a merchant with everything it tells about it.
type Product struct {
	Merchant string
	ID       string
	Name     string
	Access   Access
	State    State
	Reason   string // why it stands where it does, in the words of who put it there
	Since    time.Time
	Listing  Listing
}

// Listing is what a merchant fills before it submits. A part that its access type does not ask for stays empty.
type Listing struct {
	Specs     []Spec      `json:"specs,omitempty"`
	Images    []ImageFile `json:"images,omitempty"`
	Interface *Interface  `json:"interface,omitempty"`
	Security  Security    `json:"security"`
	Support   Support     `json:"support"`
	Copyright *Copyright  `json:"copyright,omitempty"`
}

// Spec is one specification (规格) with its stock-keeping unit.
type Spec struct {
	SKU   string   `json:"sku"`
	Name  string   `json:"name"`
	Modes []string `json:"modes"` // charging modes, as orders names them
}

// ImageFile is a private image that is to be sold (私有镜像).
type ImageFile struct {
	ID          string   `json:"id"`
	Kind        string   `json:"kind"` // PRIVATE, or one of those that are refused
	SizeGB      int      `json:"sizeGB"`
	Regions     []string `json:"regions"`
	PublicBase  bool     `json:"publicBase"`  // built on a public image of the platform
	Virus       bool     `json:"virus"`       // what the scan found
	PresetLogin bool     `json:"presetLogin"` // accounts, passwords or keys stand in it
	CVSS        string   `json:"cvss"`        // the highest of its vulnerabilities; empty: none found
}

// Interface is the address at which a seller produces instances, with the cases it was tried with.
type Interface struct {
	Address string `json:"address"`
	Version string `json:"version"` // V1, V2
	Cases   []Case `json:"cases"`
}

// Case is one saved try of one scene.
type Case struct {
	Scene   string            `json:"scene"`
	Address string            `json:"address"`
	Fields  map[string]string `json:"fields,omitempty"`
}

// Security answers the checklist of the security standard 3.0.
type Security struct {
	Answers map[string]Evidence `json:"answers,omitempty"` // by the item's id
	CVSS    string              `json:"cvss,omitempty"`    // the highest open vulnerability; empty: none known
}

// Evidence is what a merchant shows for an item.
type Evidence struct {
	Met  bool   `json:"met"`
	Text string `json:"text"` // what shows it: a document, an address, a description
}

// Support is how buyers reach the seller (服务与支持).
type Support struct {
	Hours   string `json:"hours"` // with its zone: Mon–Fri 09:00–18:00 (GMT+08:00)
	Phone   string `json:"phone"`
	Email   string `json:"email"`
	English bool   `json:"english"`
}

// Copyright is the software copyright certificate (软件著作权证书), or a declaration in its place.
type Copyright struct {
	Product     string `json:"product"`
	Owner       string `json:"owner"`
	Declaration bool   `json:"declaration"` // a declaration letter explains why names differ
	SizeBytes   int64  `json:"sizeBytes"`
}

// Asks tells whether a product of this access type has a gate.
func (a Access) Asks(g Gate) bool {
	switch g {
	case GateImage:
		return a == Image
	case GateInterface:
		return a == SaaS
	case GateSecurity:
		return a != Manual && a != Hardware && a != DataFile
	case GateCopyright:
		return a != Manual && a != Hardware && a != DataFile // hardware may have none
	}
	return true
}
