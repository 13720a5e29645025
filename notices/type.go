package notices

import (
	"sort"

	"suanpan/internal/fault"
	"suanpan/templates"
)

// Type is a kind of notice (消息类型). Its words are notice.<Name>.subject and .body of the catalogue; what its args are stands in braces in them.
type Type struct {
	Name  string
	Group string // 商品管理, 交易, 工单, … as the seller console groups them; empty where no source shows it
	Code  int    // 101, 103, 203, 501, 901; 0 where no source shows one
}

// types are the events of the seller console's message table as far as it was seen, and those of the month. Codes the table does not print are 0; a
// type that it prints elsewhere with a code has that code.
var types = map[string]Type{}

func define(group string, code int, names ...string) bool {
	for _, n := range names {
		types[n] = Type{Name: n, Group: group, Code: code}
	}
	return true
}

var (
	_ = define("", 203, "merchant.reviewed")                                                        // 修改商家信息审核通知: 账户变动通知
	_ = define("", 103, "customer.cleared")                                                         // 清理销户客户信息通知: 产品已释放通知
	_ = define("商品管理", 0, "product.reviewed")                                                       // 发布商品申请…
	_ = define("服务监管", 101, "supervision.terminated")                                               // 服务监管超期系统自动执行退订通知商家: 产品创建开通通知
	_ = define("交易", 0, "subscription.renewed")                                                     // 用户续费包周期商品: 产品续费通知
	_ = define("交易", 501, "interface.failed")                                                       // SaaS接口异常消息通知: 运维提醒
	_ = define("交易", 101, "provisioning.failed", "refund.requested")                                // SaaS与API资源开通失败, 用户提交退订申请: 产品创建开通通知
	_ = define("交易", 901, "buyerinvoice.requested")                                                 // 通用商品开票申请通知: 其他
	_ = define("工单", 0, "ticket.opened")                                                            // 商品有用户提单咨询通知
	_ = define("", 0, "supervision.long", "stock.empty", "demand.closed", "package.low")            // told outside the table
	_ = define("", 0, "list.issued", "invoice.accepted", "invoice.refused", "invoice.waiting")      // of the month
	_ = define("", 0, "invoice.revoked", "invoice.reissue", "payment.recorded", "receiver.confirm") // of the month, and our own
	_ = define("", 0, "answer.due", "answer.lapsed")                                                // of the month, to finance
)

// TypeOf finds a type by its name.
func TypeOf(name string) (Type, bool) {
	t, ok := types[name]
	return t, ok
}

// Types lists all types by name.
func Types() []Type {
	out := make([]Type, 0, len(types))
	for _, t := range types {
		out = append(out, t)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// words gives subject and body of a notice in a language.
func words(name string, lang fault.Lang, args map[string]string) (subject, body string) {
	pairs := make([]any, 0, 2*len(args))
	for k, v := range args {
		pairs = append(pairs, k, v)
	}
	subject, _ = templates.Text(string(lang), "notice."+name+".subject", pairs...)
	body, _ = templates.Text(string(lang), "notice."+name+".body", pairs...)
	return subject, body
}
