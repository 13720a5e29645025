-- +goose Up
-- How much of a product one buyer may buy: dated terms of the product.

CREATE TABLE product_limit (
    merchant_id   text        NOT NULL,
    product_id    text        NOT NULL,
    valid_from    timestamptz NOT NULL,
    orders_most   int         CHECK (orders_most > 0),
    quantity_most int         CHECK (quantity_most > 0),
    until_expiry  boolean     NOT NULL DEFAULT false,
    source        text        NOT NULL,
    set_by        text        NOT NULL,
    PRIMARY KEY (merchant_id, product_id, valid_from)
);
COMMENT ON TABLE product_limit IS 'Purchase limits of a product per buyer; the row latest in force counts. All three empty: no limit from then on.';
COMMENT ON COLUMN product_limit.until_expiry IS 'No second purchase while the buyer holds one that has not expired.';
SELECT house.merchant_table('product_limit', 'SELECT', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');

CREATE INDEX order_line_buyer ON order_line (buyer_id, merchant_id);
CREATE INDEX order_line_recent ON order_line (merchant_id, placed_at DESC, line_id);
