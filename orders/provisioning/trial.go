package provisioning

import (
	"context"
	"crypto/rand"
	"net/http"

	"suanpan/internal/pg"
	"suanpan/orders"
)

// trialScenes are the scenes a seller's saved cases name by their activity: the debugging request that stands for each.
var trialScenes = map[string]Scene{
	"newInstance": Create, "queryInstance": Query, "refreshInstance": Renewal, "expireInstance": Expire, "instanceStatus": Freeze, "updateInstanceStatus": Freeze,
	"releaseInstance": Release, "upgrade": Upgrade, "getLicenseAsync": LicenceGet,
}

// Trial makes the debugging request of one activity at an address, signed with the merchant's key there, and gives what was wrong with the answer; empty
// where the seller did it. A usage push goes the other way and is not tried. Several activities of one trial tell of the same instance. It is called
// outside of transactions.
func (svc *Service) Trial(ctx context.Context, db *pg.DB, merchant, product, address string, v Version, activity string) string {
	scene, known := trialScenes[activity]
	if !known || !v.Knows(scene) {
		if activity == "usage" {
			return ""
		}
		return string(NoScene)
	}
	client, key, code := svc.trialGround(ctx, db, merchant, product)
	if code != "" {
		return string(code)
	}
	o := Order{Scene: scene, OrderID: "MOCKPERIODYEARNEW", LineID: "MOCKPERIODYEARNEW-000001", Product: "MOCKPRODUCT", SKU: "MOCKSKU", Mode: orders.Period, Test: true}
	if scene != Create {
		made := o
		made.Scene = Create
		a := client.try(ctx, v, address, key, made, svc.moment())
		if a.Code != Done {
			return string(a.Code)
		}
		o.Instance = a.Instance
	}
	if a := client.try(ctx, v, address, key, o, svc.moment()); a.Code != Done {
		return string(a.Code) + " " + a.Message
	}
	return ""
}

func (svc *Service) moment() Moment {
	return Moment{At: svc.Clock(), Nonce: rand.Text(), BusinessID: newID("biz_")}
}

func (c *Client) try(ctx context.Context, v Version, address, key string, o Order, m Moment) Answer {
	r, err := Build(v, address, key, o, m)
	if err != nil {
		return Answer{Code: BadAddress}
	}
	return c.Call(ctx, r, key)
}

// trialGround is the client that may call here and the key the merchant set for the product.
func (svc *Service) trialGround(ctx context.Context, db *pg.DB, merchant, product string) (client *Client, key string, code Code) {
	demo, _, err := db.Demo(ctx)
	if err != nil {
		return nil, "", NotReached
	}
	if client = svc.plain; demo || svc.Loopback {
		client = svc.local
	}
	code = NoAddress
	err = db.InTx(ctx, batch, func(tx *pg.Tx) error {
		all, err := selectInterfaces(ctx, tx, []string{merchant})
		if err != nil {
			return err
		}
		i, err := svc.choose(ctx, tx, merchant, all, product)
		if err != nil || i == nil {
			return err
		}
		code = SealedKey
		return selectKeys(ctx, tx, []string{merchant}, func(place, sealedBy string, sealed []byte) {
			if k, ok := svc.Lock.open(sealedBy, sealed, place); ok && place == i.place() {
				key, code = k, ""
			}
		})
	})
	if err != nil {
		return nil, "", NotReached
	}
	return client, key, code
}

// Reach asks whether an address answers at all, whatever it says: a dial test (拨测). What went wrong is a code.
func (svc *Service) Reach(ctx context.Context, db *pg.DB, address string) (code Code) {
	demo, _, err := db.Demo(ctx)
	if err != nil {
		return NotReached
	}
	client := svc.plain
	if demo || svc.Loopback {
		client = svc.local
	}
	if len(CheckAddress(address, client.loopback)) > 0 {
		return BadAddress
	}
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return BadAddress
	}
	resp, err := client.http.Do(req)
	if err != nil {
		return whyNot(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode >= http.StatusInternalServerError {
		return BadStatus
	}
	return ""
}
