package mailbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/invoicing"
)

// letter is what a sender is told: the verdict, or why nothing could be judged.
type letter struct {
	lang        fault.Lang
	subject     string
	requisition string
	verdict     *invoicing.Verdict
	faults      fault.Faults
}

// phrases of the answers; the reasons themselves are the faults' own texts.
var phrases = map[string]map[fault.Lang]string{
	"accepted":   {fault.EN: "Your invoices for {no} are accepted.", fault.ZH: "申付单 {no} 的发票已接收。", fault.PT: "Suas faturas para {no} foram aceitas."},
	"refused":    {fault.EN: "Your invoices for {no} are not accepted. What is wrong and what to do:", fault.ZH: "申付单 {no} 的发票未被接收。问题与处理方法：", fault.PT: "Suas faturas para {no} não foram aceitas. O que está errado e o que fazer:"},
	"late":       {fault.EN: "Your invoices for {no} came after the deadline; finance decides.", fault.ZH: "申付单 {no} 的发票超过期限，由财务决定。", fault.PT: "Suas faturas para {no} chegaram após o prazo; o financeiro decide."},
	"incomplete": {fault.EN: "Your invoices for {no} are right so far; more has to follow.", fault.ZH: "申付单 {no} 的发票目前无误，仍需补充。", fault.PT: "Suas faturas para {no} estão certas até aqui; falta enviar mais."},
	"unread":     {fault.EN: "Your message could not be judged. What is wrong and what to do:", fault.ZH: "您的邮件无法处理。问题与处理方法：", fault.PT: "Sua mensagem não pôde ser avaliada. O que está errado e o que fazer:"},
	"unnamed":    {fault.EN: "your list", fault.ZH: "（未注明）", fault.PT: "sua lista"},
	"compared":   {fault.EN: "Invoices: {got}. List: {want}.", fault.ZH: "发票：{got}。清单：{want}。", fault.PT: "Faturas: {got}. Lista: {want}."},
	"missing":    {fault.EN: "Still missing: {missing}.", fault.ZH: "尚缺：{missing}。", fault.PT: "Ainda falta: {missing}."},
	"kept":       {fault.EN: "Accepted parts need not be sent again. A refused invoice may come back under the same number.", fault.ZH: "已接收的部分无需重发。被拒发票可用原号码重新提交。", fault.PT: "O que foi aceito não precisa ser reenviado. Uma fatura recusada pode voltar com o mesmo número."},
}

func (l letter) say(key string, pairs ...string) string {
	t := phrases[key][l.lang]
	if t == "" {
		t = phrases[key][fault.EN]
	}
	return strings.NewReplacer(pairs...).Replace(t)
}

// write gives subject and body.
func (l letter) write() (head, body string) {
	head = strings.Join(strings.Fields(l.subject), " ")
	if !strings.HasPrefix(strings.ToLower(head), "re:") {
		head = "Re: " + head
	}
	var b strings.Builder
	if l.verdict == nil {
		fmt.Fprintln(&b, l.say("unread"))
		l.list(&b, l.faults)
		return clip(head, 200), b.String()
	}
	v, no := l.verdict, l.requisition
	if no == "" {
		no = l.say("unnamed")
	}
	fmt.Fprintln(&b, l.say(string(v.Outcome), "{no}", no))
	l.list(&b, v.Faults)
	l.list(&b, v.Holds)
	l.list(&b, v.Warnings)
	for _, c := range v.Compared {
		fmt.Fprintf(&b, "\n%s", l.say("compared", "{got}", c.GotText(), "{want}", c.Want.String()))
	}
	if v.Missing != nil {
		fmt.Fprintf(&b, "\n%s", l.say("missing", "{missing}", v.Missing.String()))
	}
	if v.Outcome != invoicing.Accepted {
		fmt.Fprintf(&b, "\n\n%s", l.say("kept"))
	}
	return clip(head, 200), b.String() + "\n"
}

func (l letter) list(b *strings.Builder, fs fault.Faults) {
	for _, f := range fs {
		at := ""
		if f.Path != "" {
			at = " [" + f.Path + "]"
		}
		fmt.Fprintf(b, "\n- %s%s %s\n", f.Code, at, f.Text(l.lang))
	}
}

// Times of an answer, by the machine's clock.
const (
	sendFor  = 2 * time.Minute // after it, a process that was sending is taken for dead
	maxTries = 8
)

// Refused is a mail server's final no.
type Refused interface{ Permanent() bool }

// Answer hands over the answers that are due, one after another, until none is left or it is enough. It says so before it begins and afterwards: what
// was begun by a process that ended is unsure, and never sent again by itself.
func (s *Service) Answer(ctx context.Context, db *pg.DB, enough func() bool) (more bool, err error) {
	if s.Post == nil {
		return false, nil
	}
	for !enough() {
		var k Kept
		var ok bool
		if err := db.InTx(ctx, pg.AsBatch("mail"), func(tx *pg.Tx) (err error) {
			if err = setUnsure(ctx, tx, s.Clock()); err != nil {
				return err
			}
			k, ok, err = claimReply(ctx, tx, s.Clock(), s.Clock().Add(sendFor))
			return err
		}); err != nil || !ok {
			return false, err
		}
		sctx, stop := context.WithTimeout(ctx, sendFor/2)
		sent := s.Post.Reply(sctx, k.ID, k.ReplyTo, k.MessageID, k.ReplyHead, k.ReplyBody, s.Clock())
		stop()
		state, next := Sent, time.Time{}
		var no Refused
		switch {
		case sent == nil:
		case errors.As(sent, &no) && no.Permanent() || k.ReplyTries >= maxTries:
			state = Failed
		default:
			state, next = Due, s.Clock().Add(time.Minute<<min(k.ReplyTries, 8))
		}
		if err := db.InTx(context.WithoutCancel(ctx), pg.AsBatch("mail"), func(tx *pg.Tx) error { return setReply(ctx, tx, k, state, next) }); err != nil {
			return false, err
		}
	}
	return true, nil
}
