package identifier

// weigh sums value × weight over the first characters, where a character's value is its distance from '0' (so that A is 17, as
// the CNPJ counts).
func weigh(s string, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += int(s[i]-'0') * w
	}
	return sum
}

// figure writes a number from 0 to 9.
func figure(n int) string { return string(rune('0' + n)) }

// luhn is the digit that makes a row of digits satisfy Luhn's formula when it is put behind.
func luhn(s string) int {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return (10 - sum%10) % 10
}

// mod97 is the remainder of a row of digits and letters, a letter counting as two digits (A is 10).
func mod97(s string) int {
	m := 0
	for _, r := range s {
		if letter(r) {
			m = (m*100 + int(r-'A') + 10) % 97
		} else {
			m = (m*10 + int(r-'0')) % 97
		}
	}
	return m
}
