package orders

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/shopspring/decimal"
	"golang.org/x/text/width"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// checker reads the fields of one record and collects every fault it meets. Field readers rewrite a text into its one normal form, so
// that "1130.00" and "1130", or two spellings of an instant, are the same fact.
type checker struct {
	zone   *time.Location
	faults fault.Faults
}

func (c *checker) bad(code, path string, args ...fault.Args) {
	c.faults = append(c.faults, fault.New(fault.Invalid, code, path, args...))
}

// text demands a short text without blanks around it.
func (c *checker) text(path string, s *string, required bool) string {
	*s = strings.TrimSpace(*s)
	if *s == "" && required {
		c.bad("FEED-REQUIRED", path)
	}
	if len(*s) > 256 {
		c.bad("FEED-LENGTH", path, fault.Args{"max": 256})
	}
	return *s
}

// id is a text that becomes part of keys: at most 64 characters, none of them a blank or a control character.
func (c *checker) id(path string, s *string) string {
	v := c.text(path, s, true)
	if len(v) > 64 || strings.ContainsFunc(v, func(r rune) bool {
		return r <= ' ' || !unicode.IsPrint(r) || width.LookupRune(r).Kind() == width.EastAsianFullwidth
	}) {
		c.bad("FEED-ID", path)
	}
	return v
}

func (c *checker) oneOf(path string, s *string, allowed ...string) string {
	*s = strings.TrimSpace(*s)
	for _, a := range allowed {
		if *s == a {
			return a
		}
	}
	if *s == "" {
		c.bad("FEED-REQUIRED", path)
	} else {
		c.bad("FEED-ENUM", path, fault.Args{"got": *s, "allowed": strings.Join(allowed, ", ")})
	}
	return *s
}

// time reads yyyyMMddHHmmss (in the source's zone) or RFC 3339.
func (c *checker) time(path string, s *string, required bool) time.Time {
	*s = strings.TrimSpace(*s)
	if *s == "" {
		if required {
			c.bad("FEED-REQUIRED", path)
		}
		return time.Time{}
	}
	t, err := parseTime(*s, c.zone)
	if err != nil || t.Year() < 1990 || t.Year() > 2200 {
		c.bad("FEED-TIME", path, fault.Args{"got": *s})
		return time.Time{}
	}
	t = t.UTC().Truncate(time.Microsecond)
	*s = t.Format(time.RFC3339Nano)
	return t
}

func parseTime(s string, zone *time.Location) (time.Time, error) {
	switch len(s) {
	case 14:
		return time.ParseInLocation("20060102150405", s, zone)
	case 16:
		if strings.HasSuffix(s, "Z") { // yyyyMMdd'T'HHmmss'Z'
			return time.Parse("20060102T150405Z", s)
		}
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t, nil
	}
	return time.ParseInLocation("2006-01-02T15:04:05", s, zone)
}

func (c *checker) day(path string, s *string) period.Day {
	d, err := period.ParseDay(strings.TrimSpace(*s))
	if err != nil {
		c.bad("FEED-DAY", path, fault.Args{"got": *s})
	}
	return d
}

func (c *checker) month(path string, s *string) period.Month {
	m, err := period.ParseMonth(strings.TrimSpace(*s))
	if err != nil {
		c.bad("FEED-MONTH", path, fault.Args{"got": *s})
		return m
	}
	*s = m.String()
	return m
}

// decimal reads an exact number given as a text; empty is zero unless required.
func (c *checker) decimal(path string, s *string, required bool) decimal.Decimal {
	*s = strings.TrimSpace(*s)
	if *s == "" {
		if required {
			c.bad("FEED-REQUIRED", path)
		}
		return decimal.Zero
	}
	v, err := money.Parse(*s)
	if err != nil || -v.Exponent() > 12 {
		c.bad("FEED-AMOUNT", path, fault.Args{"got": *s})
		return decimal.Zero
	}
	*s = money.Exact(v)
	return v
}

// optional reads a number that may be missing, which is not the same as zero.
func (c *checker) optional(path string, s *string) *decimal.Decimal {
	if strings.TrimSpace(*s) == "" {
		*s = ""
		return nil
	}
	v := c.decimal(path, s, true)
	return &v
}

// notNegative demands v ≥ 0.
func (c *checker) notNegative(path string, v decimal.Decimal) decimal.Decimal {
	if v.IsNegative() {
		c.bad("FEED-NEGATIVE", path, fault.Args{"got": v})
	}
	return v
}

// positive demands v > 0.
func (c *checker) positive(path string, v decimal.Decimal) decimal.Decimal {
	if !v.IsPositive() {
		c.bad("FEED-POSITIVE", path, fault.Args{"got": v})
	}
	return v
}

// rate demands 0 ≤ v ≤ 1.
func (c *checker) rate(path string, v *decimal.Decimal) *decimal.Decimal {
	if v != nil && (v.IsNegative() || v.GreaterThan(decimal.NewFromInt(1))) {
		c.bad("FEED-RATE", path, fault.Args{"got": *v})
	}
	return v
}

func (c *checker) currency(path string, s *string) money.Currency {
	v := money.Currency(strings.TrimSpace(*s))
	*s = string(v)
	if !v.Valid() {
		c.bad("FEED-CURRENCY", path, fault.Args{"got": string(v)})
	}
	return v
}

func index(list string, i int, field string) string {
	return list + "[" + strconv.Itoa(i) + "]." + field
}
