package refunds

import (
	"suanpan/entities"
)

// Delivery is how a product reaches its buyer (交付方式).
type Delivery string

// The deliveries of the marketplace.
const (
	Manual        Delivery = "manual_service"    // 人工服务
	Hardware      Delivery = "hardware"          // 硬件
	License       Delivery = "license"           // License
	AuthCode      Delivery = "license_code"      // 授权码
	SaaS          Delivery = "saas"              // SaaS
	Orchestration Delivery = "app_orchestration" // 应用编排
	DataFile      Delivery = "data_file"         // 数据文件
	DataAsset     Delivery = "data_asset"        // 数据资产
	Image         Delivery = "image"             // 镜像
	API           Delivery = "api"               // API
	AIAsset       Delivery = "ai_asset"          // AI资产
	Container     Delivery = "container"         // 容器
	Content       Delivery = "content_service"   // 内容服务
	Consulting    Delivery = "consulting"        // 咨询
	CloudHost     Delivery = "cloud_host"        // 云主机
)

// Way is how a refund comes about.
type Way string

// The ways.
const (
	Never       Way = "none"         // not refundable
	ByAgreement Way = "negotiated"   // 协商退订: the merchant reviews it
	SelfService Way = "self_service" // the rules alone decide
	Automatic   Way = "automatic"    // nobody asks: provisioning failed
)

// policy is one row of who may refund what: for a delivery, its way; where a setting may say otherwise, which one. Pay-per-use and packages are
// refused before a row is looked up.
type policy struct {
	Delivery   Delivery
	Supervised bool // the row is for lines under supervision only
	Way        Way
	Setting    string // of entities: a dated choice that may make it none, or allow it
	Source     string
}

const (
	byAgreement = "KooGallery, service supervision and refunds: negotiated inside the transaction guarantee period"
	asImage     = "KooGallery, image refunds: whole within five days, otherwise the cloud's conditional rule"
	noRefund    = "KooGallery, refunds: this delivery cannot be refunded"
)

// policies are the marketplace's table, the narrower row first.
var policies = []policy{
	{Manual, true, ByAgreement, entities.KeyRefundSupervised, byAgreement},
	{Hardware, true, ByAgreement, entities.KeyRefundSupervised, byAgreement},
	{License, true, ByAgreement, entities.KeyRefundSupervised, byAgreement},
	{AuthCode, true, ByAgreement, entities.KeyRefundSupervised, byAgreement + "; never once the code is claimed"},
	{SaaS, true, ByAgreement, entities.KeyRefundSupervised, byAgreement},
	{Orchestration, true, ByAgreement, entities.KeyRefundSupervised, byAgreement},
	{DataFile, true, ByAgreement, entities.KeyRefundSupervised, byAgreement},
	{DataAsset, true, ByAgreement, entities.KeyRefundSupervised, byAgreement},
	{SaaS, false, Never, entities.KeyRefundSaaS, "KooGallery Intl: not refundable; Chinese site: as a cloud resource"},
	{Image, false, SelfService, "", asImage},
	{API, false, Never, "", noRefund},
	{AIAsset, false, Never, "", noRefund},
	{Container, false, Never, "", noRefund},
	{Content, false, Never, "", noRefund},
	{Consulting, false, Never, "", noRefund},
	{CloudHost, false, Never, "", noRefund},
	// Negotiated deliveries whose line is not supervised have no guarantee period: what is left is a renewal that has not begun.
	{Manual, false, ByAgreement, entities.KeyRefundSupervised, byAgreement},
	{Hardware, false, ByAgreement, entities.KeyRefundSupervised, byAgreement},
	{License, false, ByAgreement, entities.KeyRefundSupervised, byAgreement},
	{AuthCode, false, ByAgreement, entities.KeyRefundSupervised, byAgreement},
	{Orchestration, false, ByAgreement, entities.KeyRefundSupervised, byAgreement},
	{DataFile, false, ByAgreement, entities.KeyRefundSupervised, byAgreement},
	{DataAsset, false, ByAgreement, entities.KeyRefundSupervised, byAgreement},
}

// policyOf finds the row of a delivery; false where the marketplace's table does not have it.
func policyOf(d Delivery, supervised bool) (policy, bool) {
	for _, p := range policies {
		if p.Delivery == d && (supervised || !p.Supervised) {
			return p, true
		}
	}
	return policy{}, false
}
