-- +goose Up
-- What merchants write to the mailbox of invoices, and what they were answered.

CREATE TABLE mail_box (
    mailbox      text   PRIMARY KEY,
    uid_validity bigint NOT NULL,
    last_uid     bigint NOT NULL
);
COMMENT ON TABLE mail_box IS 'How far a mailbox was read. A new uid_validity begins it anew; what was read before is known by its content.';
SELECT house.shared_table('mail_box', '', 'SELECT', 'SELECT, INSERT, UPDATE');

CREATE TABLE mail_claim (
    mail_id text PRIMARY KEY
);
COMMENT ON TABLE mail_claim IS 'Every message that was ever taken, once over all mailboxes and merchants; made of its content.';
SELECT house.shared_table('mail_claim', '', '', 'SELECT, INSERT');

CREATE TABLE mail_message (
    merchant_id  text        NOT NULL DEFAULT '',
    mail_id      text        NOT NULL,
    mailbox      text        NOT NULL,
    uid          bigint      NOT NULL,
    message_id   text        NOT NULL DEFAULT '',
    sender       text        NOT NULL DEFAULT '',
    subject      text        NOT NULL DEFAULT '',
    arrived_at   timestamptz NOT NULL,
    taken_at     timestamptz NOT NULL,
    size         bigint      NOT NULL,
    raw          bytea       NOT NULL,
    state        text        NOT NULL CHECK (state IN ('taken', 'judged', 'waiting', 'ignored')),
    reason       text        NOT NULL DEFAULT '',
    requisition  text        NOT NULL DEFAULT '',
    outcome      text        NOT NULL DEFAULT '',
    decided_at   timestamptz,
    decided_by   text        NOT NULL DEFAULT '',
    reply        text        NOT NULL DEFAULT '' CHECK (reply IN ('', 'due', 'sending', 'sent', 'unsure', 'failed')),
    reply_to     text        NOT NULL DEFAULT '',
    reply_head   text        NOT NULL DEFAULT '',
    reply_body   text        NOT NULL DEFAULT '',
    reply_tries  int         NOT NULL DEFAULT 0,
    reply_next   timestamptz,
    PRIMARY KEY (merchant_id, mail_id)
);
COMMENT ON TABLE mail_message IS 'One row a message, stored as it came before anybody reads it. Without a merchant it waits for a person: nobody was told anything.';
COMMENT ON COLUMN mail_message.mail_id IS 'Made of the message''s content: the same message, moved or read again, is one.';
COMMENT ON COLUMN mail_message.arrived_at IS 'Business time at which the mail server had it: the time of receipt for deadlines.';
COMMENT ON COLUMN mail_message.raw IS 'Empty where it was larger than is taken.';
COMMENT ON COLUMN mail_message.reason IS 'Code of the fault for which it waits or is ignored.';
COMMENT ON COLUMN mail_message.reply IS 'sending: handed to the mail server at this moment. unsure: the process ended while it was; never sent again without a person.';
COMMENT ON COLUMN mail_message.reply_next IS 'Machine time: not before it, or while sending, until when the sender has it.';
CREATE INDEX mail_message_id ON mail_message (mail_id);
CREATE INDEX mail_message_taken ON mail_message (arrived_at) WHERE state = 'taken';
CREATE INDEX mail_message_reply ON mail_message (reply_next) WHERE reply IN ('due', 'sending');
CREATE INDEX mail_message_latest ON mail_message (arrived_at DESC);
SELECT house.merchant_table('mail_message', '', 'SELECT, UPDATE', 'SELECT, INSERT, UPDATE');
