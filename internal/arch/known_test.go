package arch_test

// known are breaches that stand, each with what will end it. A test fails when one is mended and still listed here.
var known = map[string]string{}
