package provisioning

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Stub is a small seller for trying calls and for tests: it speaks both versions, checks their signatures and refuses a nonce it has seen, keeps its
// instances in memory and does everything once. Its fields make it misbehave; they are set before it serves.
type Stub struct {
	Key   string
	Clock func() time.Time

	FailFirst int  // so many requests fail with 000005
	DelayOnce bool // a create answers 000004 first
	WrongSign bool // answers bear a wrong Body-Sign

	mu        sync.Mutex
	failed    int
	nonces    map[string]bool
	instances map[string]*StubInstance
	orders    map[string]string // what was done, by its idempotency key → instance
	log       []string
}

// StubInstance is one thing the stub has made.
type StubInstance struct {
	ID       string
	Status   string // NORMAL, FREEZE, RELEASED
	SKU      string
	Renewals int
	Ready    bool
	Accepted string // acceptanceTime
}

// Instance is a copy of one of its instances, by its id.
func (s *Stub) Instance(id string) (StubInstance, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.instances[id]; i != nil {
		return *i, true
	}
	return StubInstance{}, false
}

// Instances is how many it has made.
func (s *Stub) Instances() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.instances)
}

// Log is every request it took, as "activity code".
func (s *Stub) Log() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// ServeHTTP answers one request.
func (s *Stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.instances == nil {
		s.instances, s.orders, s.nonces = map[string]*StubInstance{}, map[string]string{}, map[string]bool{}
	}
	p, code := s.read(r)
	answer := map[string]any{}
	if code == Done {
		if s.failed < s.FailFirst {
			s.failed++
			code = InternalError
		} else {
			code = s.do(p, answer)
		}
	}
	answer["resultCode"], answer["resultMsg"] = string(code), stubWords[code]
	s.log = append(s.log, p["activity"]+" "+string(code))
	body, _ := json.Marshal(answer) // texts and lists of texts: cannot fail
	key := s.Key
	if s.WrongSign {
		key += "?"
	}
	w.Header().Set(bodySignName, BodySign(key, body))
	w.Header().Set("Content-Type", jsonType+";charset=UTF-8")
	_, _ = w.Write(body)
}

var stubWords = map[Code]string{
	Done: "success", AuthFailed: "authentication failed", BadParameter: "bad parameter", UnknownInstance: "unknown instance", Processing: "processing", InternalError: "internal error",
}

// read takes the parameters of a request of either version and checks its signature.
func (s *Stub) read(r *http.Request) (map[string]string, Code) {
	q := r.URL.Query()
	p := map[string]string{}
	if r.Method == http.MethodGet {
		for k := range q {
			p[k] = q.Get(k)
		}
		if !equal(AuthToken(s.Key, q), q.Get("authToken")) {
			return p, AuthFailed
		}
		return p, Done
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxAnswer))
	if err != nil || json.Unmarshal(body, &p) != nil {
		return map[string]string{}, BadParameter
	}
	return p, s.proves(q, body)
}

// proves checks what a version 2.0 request bears in its address.
func (s *Stub) proves(q url.Values, body []byte) Code {
	stamp, nonce := q.Get("timestamp"), q.Get("nonce")
	seconds := stamp
	if len(stamp) > len("9999999999") { // milliseconds
		seconds = stamp[:len(stamp)-3]
	}
	if _, err := strconv.ParseInt(stamp, 10, 64); err != nil || nonce == "" || s.nonces[nonce] || !fresh(seconds, s.Clock()) {
		return AuthFailed
	}
	if !equal(Signature(s.Key, nonce, stamp, body), strings.ToLower(q.Get("signature"))) {
		return AuthFailed
	}
	s.nonces[nonce] = true
	return Done
}

// do carries a request out, once.
func (s *Stub) do(p map[string]string, answer map[string]any) Code {
	if p["activity"] == "newInstance" {
		return s.create(p, answer)
	}
	if p["activity"] == "queryInstance" {
		return s.query(p, answer)
	}
	i := s.instances[p["instanceId"]]
	if i == nil {
		return UnknownInstance
	}
	once := func(do func()) {
		if key := p["activity"] + "/" + p["orderId"] + "/" + i.ID; s.orders[key] == "" {
			s.orders[key] = i.ID
			do()
		}
	}
	switch p["activity"] {
	case "refreshInstance":
		if p["orderId"] == "" {
			return BadParameter
		}
		once(func() {
			if p["scene"] == refresh[RenewalRefund] || strings.HasPrefix(p["orderAmount"], "-") {
				i.Renewals--
			} else {
				i.Renewals++
			}
			i.Status = "NORMAL"
		})
	case "upgrade":
		if p["skuCode"] == "" {
			return BadParameter
		}
		once(func() { i.SKU = p["skuCode"] })
	case "expireInstance":
		i.Status = "FREEZE"
	case "instanceStatus", "updateInstanceStatus":
		switch p["status"] + p["instanceStatus"] {
		case "FREEZE":
			i.Status = "FREEZE"
		case "UNFREEZE", "NORMAL":
			i.Status = "NORMAL"
		default:
			return BadParameter
		}
	case "releaseInstance":
		i.Status = "RELEASED"
	case "getLicenseAsync":
	default:
		return BadParameter
	}
	return Done
}

// create makes an instance, once for an order line or, on demand, for an order and product; its id is the first call's businessId.
func (s *Stub) create(p map[string]string, answer map[string]any) Code {
	if p["orderId"] == "" || p["businessId"] == "" {
		return BadParameter
	}
	key := "newInstance/" + p["orderLineId"]
	if p["productId"] != "" && p["chargingMode"] == "" {
		key = "newInstance/" + p["orderId"] + "/" + p["productId"]
	}
	id := s.orders[key]
	if id == "" {
		id = p["businessId"]
		s.orders[key] = id
		s.instances[id] = &StubInstance{ID: id, Status: "NORMAL", SKU: p["skuCode"]}
	}
	i := s.instances[id]
	if at := p["acceptanceTime"]; at != "" {
		i.Accepted = at
	}
	answer["instanceId"] = id
	if s.DelayOnce && !i.Ready {
		i.Ready = true
		return Processing
	}
	i.Ready = true
	return Done
}

func (s *Stub) query(p map[string]string, answer map[string]any) Code {
	ids := strings.Split(p["instanceId"], ",")
	if len(ids) > maxQuery {
		return BadParameter
	}
	var info []map[string]string
	for _, id := range ids {
		if s.instances[id] == nil {
			return UnknownInstance
		}
		info = append(info, map[string]string{"instanceId": id})
	}
	answer["info"] = info
	return Done
}
