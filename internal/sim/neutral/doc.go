// Package neutral reads months that an accountant worked by hand, in a form that knows nothing of this product, and turns their facts into the
// feed. It exists for tests: a month that is worked once in this form can be run against every version of the product.
package neutral
