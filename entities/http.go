package entities

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"suanpan/entities/identifier"
	"suanpan/internal/fault"
	"suanpan/internal/web"
)

// Routes lists what is asked of this package by itself: what is wrong with a number. It reads nothing and keeps nothing.
func Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodPost, Path: "/api/v1/identifiers", Name: "api.identifiers", Duties: []web.Duty{web.LoggedIn}, Handler: explain},
	}
}

// NumberJSON explains a number in the API and on the command line.
type NumberJSON struct {
	Kind    identifier.Kind    `json:"kind,omitempty"` // which number it was taken for; empty: one without a rule
	Name    string             `json:"name,omitempty"`
	Country string             `json:"country,omitempty"`
	Given   string             `json:"given"`
	Normal  string             `json:"normal"`  // as it is compared and kept
	Printed string             `json:"printed"` // as its country prints it
	Outcome identifier.Outcome `json:"outcome"` // ok, warning, refused
	Parts   map[string]string  `json:"parts,omitempty"`
	Faults  []web.FaultJSON    `json:"faults"` // why it is not ok
	Notes   []web.FaultJSON    `json:"notes"`  // what could not be checked
}

// ExplainedJSON is a result in its JSON form, messages in a language and in all.
func ExplainedJSON(r identifier.Result, l fault.Lang) NumberJSON {
	out := NumberJSON{
		Kind: r.Kind, Name: r.Name, Country: r.Country, Given: r.Given, Normal: r.Normal, Printed: r.Printed, Outcome: r.Outcome,
		Faults: web.JSONFaults(r.Faults, l), Notes: web.JSONFaults(r.Notes, l),
	}
	for _, p := range r.Parts {
		if out.Parts == nil {
			out.Parts = map[string]string{}
		}
		out.Parts[p.Name] = p.Value
	}
	return out
}

// explain answers 200 whatever the number is worth: a wrong number is an answer. An unknown kind is a fault. The number comes in the body, since
// addresses are written down on the way and numbers name people.
func explain(c echo.Context) error {
	var in struct {
		Kind    string `json:"kind"`
		Country string `json:"country"`
		Value   string `json:"value"`
	}
	if err := web.Bind(c, &in); err != nil {
		return err
	}
	r := identifier.Explain(in.Kind, in.Country, in.Value)
	if fault.Has(r.Faults, "ID-KIND") {
		return r.Faults
	}
	return c.JSON(http.StatusOK, ExplainedJSON(r, web.LangOf(c)))
}
