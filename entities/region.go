package entities

// Region is a sales region (可销售区域): a country as the marketplace prints its short code, and the entity that sells there.
// The printed codes are not clean ISO: Eswatini is "EW", Brazil also "BRA".
type Region struct {
	Code   string // as printed
	ISO    string // ISO 3166 alpha-2
	Name   string
	Entity string // code of the contracting entity
	Source string
}
