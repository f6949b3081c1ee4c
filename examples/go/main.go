// The association in a Go program, through the SDK that `pulumi package add ../../provider` generates.
package main

import (
	"os"

	"example.com/pulumi-mimecast-entra/sdk/go/mimecastentra"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		certificate := settings.Require("certificate")
		text, err := os.ReadFile(certificate)
		if err != nil {
			return err
		}
		var owners []string
		settings.RequireObject("owners", &owners)
		mimecast, err := mimecastentra.NewServerConnection(ctx, "mimecast", &mimecastentra.ServerConnectionArgs{
			Certificates: map[string]string{certificate: string(text)},
			Owners:       pulumi.ToStringArray(owners),
		})
		if err != nil {
			return err
		}
		ctx.Export("clientId", mimecast.ClientId)
		ctx.Export("warnings", mimecast.Warnings)

		// Only where the vendor also has an application of its own: what is granted to it.
		vendorClientId := settings.Get("vendorClientId")
		if vendorClientId == "" {
			return nil
		}
		vendor, err := mimecastentra.NewConsentedApplication(ctx, "vendor", &mimecastentra.ConsentedApplicationArgs{
			ClientId:    vendorClientId,
			Publisher:   settings.Require("vendorTenantId"),
			Permissions: []string{"Microsoft Graph/Mail.ReadWrite"},
			Delegated:   map[string][]string{"everyone": {"Microsoft Graph/User.Read"}},
		})
		if err != nil {
			return err
		}
		ctx.Export("servicePrincipalObjectId", vendor.ServicePrincipalObjectId)
		return nil
	})
}
