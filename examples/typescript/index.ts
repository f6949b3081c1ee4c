import * as fs from "fs";
import * as pulumi from "@pulumi/pulumi";
import * as mimecastEntra from "@pulumi/mimecast-entra";

const config = new pulumi.Config();
const certificate = config.require("certificate");

// The plugin signs in as the azuread provider does; a provider of its own is needed only for another tenant.
const contoso = new mimecastEntra.Provider("contoso", {
    tenantId: config.require("tenantId"),
    clientId: config.require("deployerClientId"),
    useOidc: true,
});

const mimecast = new mimecastEntra.ServerConnection("mimecast", {
    certificates: { [certificate]: fs.readFileSync(certificate, "utf8") },
    owners: config.requireObject<string[]>("owners"),
}, { providers: [contoso] });

// Only where the vendor also has an application of its own: what is granted to it.
const vendorClientId = config.get("vendorClientId");
const vendor = vendorClientId === undefined ? undefined : new mimecastEntra.ConsentedApplication("vendor", {
    clientId: vendorClientId,
    publisher: config.require("vendorTenantId"),
    permissions: ["Microsoft Graph/Mail.ReadWrite"],
    delegated: { everyone: ["Microsoft Graph/User.Read"] },
}, { providers: [contoso] });

export const clientId = mimecast.clientId;
export const warnings = mimecast.warnings;
export const servicePrincipalObjectId = vendor?.servicePrincipalObjectId;
