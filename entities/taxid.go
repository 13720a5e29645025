package entities

import "suanpan/entities/identifier"

// Tax numbers: whether one can be somebody's. A number that cannot is worth a warning; registers hold exceptions, so no merchant is
// refused for it. What is wrong with it says identifier.

// possible tells whether a number can be one of the kinds.
func possible(kinds ...identifier.Kind) func(string) bool {
	return func(s string) bool {
		for _, k := range kinds {
			if identifier.Check(k, s).Outcome != identifier.Refused {
				return true
			}
		}
		return false
	}
}

var (
	validCNPJ = possible(identifier.CNPJ)
	validRUT  = possible(identifier.RUT)
	validRUC  = possible(identifier.RUC)
	validTIN  = possible(identifier.TIN)
	validUEN  = possible(identifier.UEN)
)
