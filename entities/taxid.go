package entities

import "strings"

// Tax numbers: whether the check digits fit. A number that does not fit is worth a warning; registers hold exceptions, so
// nothing is refused for it.

// bare drops what people put between the digits and raises letters.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '.', '-', '/':
			return -1
		}
		return r
	}, strings.ToUpper(s))
}

func allDigits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

// weigh sums value × weight, where a character's value is its distance from '0' (so that A is 17, as the CNPJ counts).
func weigh(s string, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += int(s[i]-'0') * w
	}
	return sum
}

// validCNPJ checks a Brazilian company number: 12 letters or digits and 2 check digits. Letters since July 2026
// (IN RFB 2.229/2024); numbers given before stay as they are.
func validCNPJ(s string) bool {
	s = bare(s)
	if len(s) != 14 || !allDigits(s[12:]) || strings.Trim(s, "0") == "" {
		return false
	}
	for _, r := range s[:12] {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	digit := func(sum int) byte { return byte('0' + ((11-sum%11)%11)%10) } //nolint:gosec // 0 to 9
	return s[12] == digit(weigh(s, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) &&
		s[13] == digit(weigh(s, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2))
}

// validRUT checks a Chilean number: up to 8 digits and a check character, modulo 11, where K stands for 10.
func validRUT(s string) bool {
	s = strings.TrimPrefix(bare(s), "CL")
	if len(s) < 8 || len(s) > 9 || !allDigits(s[:len(s)-1]) {
		return false
	}
	sum, w := 0, 2
	for i := len(s) - 2; i >= 0; i-- {
		sum += int(s[i]-'0') * w
		if w++; w == 8 {
			w = 2
		}
	}
	return s[len(s)-1] == "0123456789K0"[11-sum%11]
}

// validRUC checks a Peruvian number: 11 digits, first two 10, 15, 17 or 20.
func validRUC(s string) bool {
	s = bare(s)
	if len(s) != 11 || !allDigits(s) || !strings.Contains(" 10 15 17 20 ", " "+s[:2]+" ") {
		return false
	}
	return int(s[10]-'0') == (11-weigh(s, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11)%10
}

// validTIN checks a Thai number: 13 digits.
func validTIN(s string) bool {
	s = bare(s)
	if len(s) != 13 || !allDigits(s) {
		return false
	}
	return int(s[12]-'0') == (11-weigh(s, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11)%10
}

// validUEN checks the two common shapes of a Singapore number, 8 digits and a letter or year, 5 digits and a letter; the
// third shape (T08LL0001A) is checked for its shape alone.
func validUEN(s string) bool {
	s = bare(s)
	switch {
	case len(s) == 9 && allDigits(s[:8]):
		return s[8] == "XMKECAWLJDB"[weigh(s, 10, 4, 9, 3, 8, 2, 7, 1)%11]
	case len(s) == 10 && allDigits(s[:9]):
		return s[9] == "ZKCMDNERGWH"[weigh(s, 10, 8, 6, 4, 9, 7, 5, 3, 1)%11]
	case len(s) == 10 && strings.ContainsRune("RST", rune(s[0])):
		return allDigits(s[1:3]) && allDigits(s[5:9]) && s[9] >= 'A' && s[9] <= 'Z'
	}
	return false
}
