package web

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/money"
)

// Bind reads a request into dst by its tags (param, query, form, json) and checks its validate tags. What is wrong comes back as
// faults, all at once: VALID with the path of the field, or BAD-INPUT where nothing can be read.
func Bind(c echo.Context, dst any) error {
	if err := c.Bind(dst); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return large
		}
		return fault.New(fault.Invalid, "BAD-INPUT", "").Wrap(err)
	}
	return Validate(dst)
}

// Validate checks the validate tags of a struct. Beside the library's own there are amount (a plain decimal), currency (ISO
// 4217), day (2026-11-09) and month (2026-11).
func Validate(v any) error {
	err := checker().Struct(v)
	var list validator.ValidationErrors
	if !errors.As(err, &list) {
		return err
	}
	var out fault.Faults
	for _, e := range list {
		_, p, _ := strings.Cut(e.Namespace(), ".")
		out = append(out, fault.New(fault.Invalid, "VALID", p, ruleText(p, e.Tag(), e.Param(), e.Kind())))
	}
	return out.Err()
}

var checker = sync.OnceValue(func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		for _, tag := range []string{"form", "json", "query", "param"} {
			if name, _, _ := strings.Cut(f.Tag.Get(tag), ","); name != "" && name != "-" {
				return name
			}
		}
		return f.Name
	})
	text := map[string]func(string) bool{
		"amount":   func(s string) bool { _, err := money.Parse(s); return err == nil },
		"currency": func(s string) bool { return money.Currency(s).Valid() },
		"day":      func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil },
		"month":    func(s string) bool { _, err := time.Parse("2006-01", s); return err == nil },
	}
	for tag, ok := range text {
		if err := v.RegisterValidation(tag, func(f validator.FieldLevel) bool { return ok(f.Field().String()) }); err != nil {
			panic(err) // the tags above are fixed
		}
	}
	return v
})

// ruleWords say what a rule wants; {field} and {n} are filled. Rules not listed are "any".
var ruleWords = map[string][3]string{
	"required": {"{field} is missing.", "{field} 未填写。", "Falta {field}."},
	"amount":   {"{field} must be a plain decimal such as 1130.00.", "{field} 须为普通小数，例如 1130.00。", "{field} deve ser um decimal simples, como 1130.00."},
	"currency": {"{field} must be an ISO 4217 currency such as USD.", "{field} 须为 ISO 4217 币种，例如 USD。", "{field} deve ser uma moeda ISO 4217, como USD."},
	"day":      {"{field} must be a day such as 2026-11-09.", "{field} 须为日期，例如 2026-11-09。", "{field} deve ser um dia, como 2026-11-09."},
	"month":    {"{field} must be a month such as 2026-11.", "{field} 须为月份，例如 2026-11。", "{field} deve ser um mês, como 2026-11."},
	"email":    {"{field} must be an e-mail address.", "{field} 须为电子邮箱地址。", "{field} deve ser um endereço de e-mail."},
	"oneof":    {"{field} must be one of: {n}.", "{field} 只能是：{n}。", "{field} deve ser um destes: {n}."},
	"max":      {"{field} may have at most {n} characters.", "{field} 最多 {n} 个字符。", "{field} pode ter no máximo {n} caracteres."},
	"min":      {"{field} needs at least {n} characters.", "{field} 至少需要 {n} 个字符。", "{field} precisa de ao menos {n} caracteres."},
	"len":      {"{field} must have exactly {n} characters.", "{field} 须为 {n} 个字符。", "{field} deve ter exatamente {n} caracteres."},
	"max#":     {"{field} may be at most {n}.", "{field} 不得大于 {n}。", "{field} pode ser no máximo {n}."},
	"min#":     {"{field} must be at least {n}.", "{field} 不得小于 {n}。", "{field} deve ser ao menos {n}."},
	"any":      {"{field} does not keep the rule {rule}.", "{field} 不符合规则 {rule}。", "{field} não atende à regra {rule}."},
}

// ruleText fills the words for each language; the one code VALID carries all three.
func ruleText(field, tag, param string, kind reflect.Kind) fault.Args {
	key := map[string]string{"gte": "min", "lte": "max"}[tag]
	if key == "" {
		key = tag
	}
	if (key == "min" || key == "max") && kind != reflect.String {
		key += "#"
	}
	w, ok := ruleWords[key]
	if !ok {
		w = ruleWords["any"]
	}
	rule := tag
	if param != "" {
		rule += "=" + param
	}
	fill := strings.NewReplacer("{field}", field, "{n}", param, "{rule}", rule)
	return fault.Args{"rule_en": fill.Replace(w[0]), "rule_zh": fill.Replace(w[1]), "rule_pt": fill.Replace(w[2])}
}
