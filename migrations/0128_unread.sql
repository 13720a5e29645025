-- +goose Up
-- Each page of a merchant counts what it has not read.

CREATE INDEX notice_unread ON notice (merchant_id) WHERE read_at IS NULL;
