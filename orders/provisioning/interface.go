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

// choose finds the interface of a product: its own, else that of its delivery type, else the only one for all products. delivery is empty where
// nothing tells it.
func choose(all []Interface, product string, delivery Delivery) *Interface {
	var general []*Interface
	for k := range all {
		i := &all[k]
		switch {
		case i.Product == product && i.Product != "":
			return i
		case i.Product == "" && (delivery == "" || i.Delivery == delivery):
			general = append(general, i)
		}
	}
	if len(general) == 1 {
		return general[0]
	}
	return nil
}
