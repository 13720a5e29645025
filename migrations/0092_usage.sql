-- +goose Up
-- Pay-per-use as it is reported and charged. A record is written once; what became of it follows from the collection's clock, never from a change of it.

ALTER TABLE usage_record ADD COLUMN package_instance text NOT NULL DEFAULT '';
COMMENT ON COLUMN usage_record.package_instance IS 'relate_pkg_instance: the package this record is deducted from; empty where the seller names none.';
COMMENT ON COLUMN usage_record.recorded_at IS 'Business time of writing, always later than every collection of its merchant that was closed before: it decides which collection takes the record.';
-- Rows come in the order of recorded_at, so the small index finds the recent ones.
CREATE INDEX usage_record_recent ON usage_record USING brin (recorded_at) WITH (pages_per_range = 16);
CREATE INDEX usage_record_package ON usage_record (merchant_id, package_instance) WHERE package_instance <> '';

-- A number may be refused several times with different content, and records without a number are listed too.
ALTER TABLE usage_refused DROP CONSTRAINT usage_refused_pkey;
ALTER TABLE usage_refused ADD PRIMARY KEY (merchant_id, metering_sn, hash);
ALTER TABLE usage_refused ADD COLUMN why text NOT NULL DEFAULT '';
COMMENT ON COLUMN usage_refused.why IS 'What the record-level code leaves open, as the code of a fault; empty where the code says it all.';

CREATE TABLE usage_clock (
    merchant_id     text NOT NULL,
    cycle           text NOT NULL CHECK (cycle IN ('hour', 'day')),
    closed_until    timestamptz NOT NULL DEFAULT '-infinity',
    collected_until timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (merchant_id, cycle)
);
COMMENT ON TABLE usage_clock IS 'How far collection has come. Reports of a merchant share its rows, closing them waits for those in flight.';
COMMENT ON COLUMN usage_clock.closed_until IS 'No record is written any more that a collection up to here would take.';
COMMENT ON COLUMN usage_clock.collected_until IS 'Collections up to here are charged.';

CREATE TABLE usage_meter (
    merchant_id   text NOT NULL,
    instance_id   text NOT NULL,
    line_id       text NOT NULL,
    cycle         text NOT NULL,
    zone          text NOT NULL,
    model         text NOT NULL,
    accumulate    text NOT NULL,
    lows          numeric[] NOT NULL,
    ups           numeric[] NOT NULL,
    prices        numeric[] NOT NULL,
    since         timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, instance_id)
);
COMMENT ON TABLE usage_meter IS 'How an instance is collected: the rating its line was placed under, fixed when its first collection came. Never changed.';
COMMENT ON COLUMN usage_meter.since IS 'Its first collection: what was reported before is taken then.';

CREATE TABLE metered_charge (
    merchant_id  text NOT NULL,
    instance_id  text NOT NULL,
    span         date NOT NULL,
    collected_at timestamptz NOT NULL,
    month        date NOT NULL,
    records      int NOT NULL,
    quantity     numeric NOT NULL,
    rated        numeric NOT NULL,
    rated_before numeric NOT NULL,
    amount       numeric NOT NULL,
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, instance_id, span, collected_at)
);
COMMENT ON TABLE metered_charge IS 'What one collection charges of an instance, before tax, exact. Added to, never changed; a month''s usage line is a sum of these.';
COMMENT ON COLUMN metered_charge.span IS 'First day of what a step price accumulates over: the month of consumption, or the day; month for all other prices.';
COMMENT ON COLUMN metered_charge.rated IS 'What packages left over of quantity. rated_before: what earlier collections rated in the span.';
COMMENT ON COLUMN metered_charge.recorded_at IS 'Business time of the collection''s transaction: decides the run that bills it.';

CREATE TABLE metered_deduction (
    merchant_id  text NOT NULL,
    package_id   text NOT NULL,
    window_from  timestamptz NOT NULL,
    instance_id  text NOT NULL,
    collected_at timestamptz NOT NULL,
    window_until timestamptz NOT NULL,
    quota        numeric NOT NULL,
    quantity     numeric NOT NULL CHECK (quantity > 0),
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, package_id, window_from, instance_id, collected_at)
);
COMMENT ON TABLE metered_deduction IS 'What a collection took from a reset window of a package (its order line). Added to, never changed.';
CREATE INDEX order_line_covers ON order_line (merchant_id, (terms->'package'->>'covers')) WHERE mode = 'ON_DEMAND_PKG';

CREATE TABLE instance_state (
    merchant_id text NOT NULL,
    instance_id text NOT NULL,
    at          timestamptz NOT NULL,
    state       text NOT NULL CHECK (state IN ('open', 'frozen', 'released')),
    why         text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    PRIMARY KEY (merchant_id, instance_id, at)
);
COMMENT ON TABLE instance_state IS 'What the marketplace did to a resource: frozen on expiry, violation or arrears; open again; released. That it was opened at first follows from the line''s effectiveness.';

-- +goose StatementBegin
CREATE FUNCTION usage_collected_at(cycle text, begun timestamptz, recorded timestamptz, since timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT CASE cycle
        WHEN 'hour' THEN greatest(since,
            date_bin('1 hour', begun, 'epoch') + interval '1 hour 15 minutes',
            date_bin('1 hour', recorded - interval '15 minutes 0.000001 seconds', 'epoch') + interval '1 hour 15 minutes')
        ELSE greatest(since,
            date_bin('24 hours', begun, 'epoch') + interval '25 hours',
            date_bin('24 hours', recorded - interval '1 hour 0.000001 seconds', 'epoch') + interval '25 hours') END
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION usage_collected_at IS 'Which collection takes a record: the first at minute 15 (day cycle: 01:00 UTC) that is not before the end of its hour (day) nor before it was written.';

CREATE TABLE usage_key (
    merchant_id text  NOT NULL,
    secret      text  NOT NULL,
    made_at     timestamptz NOT NULL,
    made_by     text  NOT NULL,
    PRIMARY KEY (merchant_id)
);
COMMENT ON TABLE usage_key IS 'The key a seller signs usage reports with. Only the batch role reads it; erasing the row ends it.';
CREATE TABLE usage_nonce (
    merchant_id text NOT NULL,
    nonce       text NOT NULL,
    seen_at     timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, nonce)
);
COMMENT ON COLUMN usage_nonce.seen_at IS 'Machine time. Forgotten once its timestamp would be refused anyway.';
CREATE INDEX usage_nonce_seen ON usage_nonce (seen_at);

-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['usage_meter', 'metered_charge', 'metered_deduction'] LOOP
        PERFORM house.merchant_table(t::regclass, 'SELECT', 'SELECT', 'SELECT, INSERT');
    END LOOP;
    PERFORM house.merchant_table('usage_clock', 'SELECT', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
    PERFORM house.merchant_table('instance_state', 'SELECT', 'SELECT, INSERT', 'SELECT, INSERT');
    PERFORM house.merchant_table('usage_nonce', '', '', 'SELECT, INSERT, DELETE');
    EXECUTE 'ALTER TABLE usage_key ENABLE ROW LEVEL SECURITY';
    PERFORM house.admit('usage_key', 'batch', 'SELECT, INSERT, UPDATE, DELETE', 'true');
    PERFORM house.give('usage_key', 'batch', 'SELECT, INSERT, UPDATE, DELETE');
END $$;
-- +goose StatementEnd
