package provisioning

// Version is which form of the produce interface (生产接口) a seller has built.
type Version string

// The versions.
const (
	V1 Version = "1.0" // GET with an authToken
	V2 Version = "2.0" // POST with JSON; signature, timestamp and nonce in the address
)

// Delivery is how a product reaches its buyer (交付方式); it decides how long a failing call is repeated.
type Delivery string

// The deliveries that have a produce interface.
const (
	SaaS        Delivery = "saas"
	Licence     Delivery = "licence"      // online licence (在线 License)
	LicenceCode Delivery = "licence_code" // authorisation code 2.0 (授权码 2.0)
	Access      Delivery = "access"       // delivery access scene (交付接入)
)

// Deliveries lists them in the order of the form.
var Deliveries = []Delivery{SaaS, Licence, LicenceCode, Access}

// Scene is what a call asks the seller to do.
type Scene string

// The scenes. Those of an update bear the marketplace's own names in capitals in the request.
const (
	Create        Scene = "create"          // make an instance for a paid order
	Acceptance    Scene = "acceptance"      // the buyer has accepted: the create call again, with the time of acceptance
	Query         Scene = "query"           // how far an instance is; never a call of its own, it follows a create
	TrialToFormal Scene = "trial_to_formal" // 试用转正
	Renewal       Scene = "renewal"         // 续费
	RenewalRefund Scene = "renewal_refund"  // 退续费
	RenewalChange Scene = "renewal_change"  // 续费变更
	Expire        Scene = "expire"          // the term is over: the seller freezes
	Freeze        Scene = "freeze"
	Unfreeze      Scene = "unfreeze"
	Release       Scene = "release" // the seller deletes the instance
	Upgrade       Scene = "upgrade" // the instance stays, the specification changes
	LicenceGet    Scene = "licence" // asynchronous licence; version 2.0 alone
)

// refresh are the scenes of an update by the name they have in the request.
var refresh = map[Scene]string{
	TrialToFormal: "TRIAL_TO_FORMAL", Renewal: "RENEWAL", RenewalRefund: "UNSUBSCRIBE_RENEWAL_PERIOD", RenewalChange: "RENEWAL_CHANGE",
}

// activities say under which name each version knows a scene. Version 2.0 has no expiry of its own: the instance is frozen. Version 1.0 has neither
// query nor licence.
var activities = map[Version]map[Scene]string{
	V1: {
		Create: "newInstance", Acceptance: "newInstance", TrialToFormal: "refreshInstance", Renewal: "refreshInstance", RenewalRefund: "refreshInstance",
		RenewalChange: "refreshInstance", Expire: "expireInstance", Freeze: "instanceStatus", Unfreeze: "instanceStatus", Release: "releaseInstance", Upgrade: "upgrade",
	},
	V2: {
		Create: "newInstance", Acceptance: "newInstance", Query: "queryInstance", TrialToFormal: "refreshInstance", Renewal: "refreshInstance",
		RenewalRefund: "refreshInstance", RenewalChange: "refreshInstance", Expire: "updateInstanceStatus", Freeze: "updateInstanceStatus",
		Unfreeze: "updateInstanceStatus", Release: "releaseInstance", Upgrade: "upgrade", LicenceGet: "getLicenseAsync",
	},
}

// Knows tells whether a version has a scene.
func (v Version) Knows(s Scene) bool { return activities[v][s] != "" }

// provides tells the scenes at whose success something is in effect for the buyer that was not before.
func (s Scene) provides() bool { return s == Create || s == Upgrade || s == TrialToFormal }

// Asked are the scenes that somebody asks for; the others follow from what happens to an order.
var Asked = []Scene{Expire, Freeze, Unfreeze, Release, RenewalChange, LicenceGet}
