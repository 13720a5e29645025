package provisioning

import (
	"slices"
	"strings"
	"time"

	"suanpan/internal/fault"
)

// Interface is where a seller's produce interface is and how it is spoken to.
type Interface struct {
	Merchant   string
	Product    string // empty: all products of this delivery
	Delivery   Delivery
	Address    string
	Version    Version
	Acceptance bool // 用户确认验收后开通: the seller is called with the time of acceptance
	SetAt      time.Time
	SetBy      string
	HasKey     bool
	Sealed     bool // its key is encrypted
}

const (
	minKey = 8
	maxKey = 256
)

// check gives all that is wrong with an interface and its key.
func (i Interface) check(key string, loopback bool) fault.Faults {
	fs := CheckAddress(i.Address, loopback)
	if i.Version != V1 && i.Version != V2 {
		fs = append(fs, fault.New(fault.Invalid, "PROV-VERSION", "version"))
	}
	if !slices.Contains(Deliveries, i.Delivery) {
		fs = append(fs, fault.New(fault.Invalid, "PROV-DELIVERY", "delivery", fault.Args{"delivery": i.Delivery}))
	}
	if len(key) < minKey || len(key) > maxKey || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		fs = append(fs, fault.New(fault.Invalid, "PROV-KEY", "key"))
	}
	return fs
}

func (i Interface) place() string {
	return i.Merchant + "\x00" + i.Product + "\x00" + string(i.Delivery)
}

// choose finds the interface of a product: its own, else the only one of the delivery types it can have, else the only one for all products.
// deliveries is nil where nothing tells them; empty, the product has no delivery with an interface.
func choose(all []Interface, product string, deliveries []Delivery) *Interface {
	var general []*Interface
	for k := range all {
		i := &all[k]
		switch {
		case i.Product == product && i.Product != "":
			return i
		case i.Product == "" && (deliveries == nil || slices.Contains(deliveries, i.Delivery)):
			general = append(general, i)
		}
	}
	if len(general) == 1 {
		return general[0]
	}
	return nil
}
