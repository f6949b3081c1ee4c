"""One tenant with several associations: what each of their stacks says, put together for the whole tenant."""

from datetime import UTC, datetime

import pulumi
from inventory import summarize

config = pulumi.Config()
names: list[str] = config.require_object("associations")
minimum_days = config.get_int("minimumDays")
references = [pulumi.StackReference(name) for name in names]

tenant = pulumi.Output.all(*(reference.outputs for reference in references)).apply(
    lambda outputs: summarize(
        dict(zip(names, outputs, strict=True)),
        now=datetime.now(UTC),
        minimum_days=30 if minimum_days is None else minimum_days,
    )
)
pulumi.export("ewsAllowedAppIds", tenant["ewsAllowedAppIds"])
pulumi.export("exchangeOnline", tenant["exchangeOnline"])
pulumi.export("certificates", tenant["certificates"])
