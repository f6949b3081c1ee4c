"""Ids that are the same in every tenant, and those that this sandbox fixes so that recordings can be compared.

Sources: https://learn.microsoft.com/en-us/graph/permissions-reference and https://github.com/merill/microsoft-info
(checked 2026-11-24).
"""

from collections.abc import Mapping

MICROSOFT_TENANT_ID = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"

EXCHANGE_CLIENT_ID = "00000002-0000-0ff1-ce00-000000000000"
EXCHANGE_OBJECT_ID = "e0000000-0000-4000-8000-000000000001"
EXCHANGE_NAMES = (
    EXCHANGE_CLIENT_ID,
    "https://outlook.office365.com",
    "https://outlook.office365.com/",
    "https://outlook.office.com",
    "https://outlook.office.com/",
    "https://ps.outlook.com",
    "https://ps.outlook.com/",
)

GRAPH_CLIENT_ID = "00000003-0000-0000-c000-000000000000"
GRAPH_OBJECT_ID = "e0000000-0000-4000-8000-000000000002"
GRAPH_AUDIENCE = "https://graph.microsoft.com"
GRAPH_NAMES = (GRAPH_CLIENT_ID, "https://graph.microsoft.com", "https://graph.microsoft.com/")

DEPLOYER_CLIENT_ID = "11111111-1111-1111-1111-111111111111"
DEPLOYER_OBJECT_ID = "a0000000-0000-4000-8000-000000000002"

EXCHANGE_ROLES: Mapping[str, str] = {
    "full_access_as_app": "dc890d15-9560-4a4c-9b7f-a736ec74ec40",
    "Exchange.ManageAsApp": "dc50a0fb-09a3-484d-be87-e023b12c6440",
    "Mail.Read": "810c84a8-4a9e-49e6-bf7d-12d183f40d01",
    "Exchange.ManageAsAppV2": "ea3d980d-ebc7-4be4-8298-a167e5b8797c",
    "Mail.ReadWrite": "e2a3a72e-5f79-4c64-b1b1-878b674786c9",
    "Mail.Send": "b633e1c5-b582-4048-a93e-9f11b44c7e96",
    "Mailbox.Migration": "f7264778-fba9-422d-8e9e-2675a2c4b513",
    "Calendars.Read": "798ee544-9d2d-430c-a058-570e29e34338",
    "Calendars.ReadWrite.All": "ef54d2bf-783f-4e0f-bca1-3210c0444d99",
    "Contacts.Read": "089fe4d0-434a-44c5-8827-41ba8a0b17f5",
    "Contacts.ReadWrite": "6918b873-d17a-4dc1-b314-35f528134491",
    "MailboxSettings.Read": "d45fa9f8-36e5-4cd2-b601-b063c7cf9ac2",
    "MailboxSettings.ReadWrite": "f9156939-25cd-4ba8-abfe-7fabcf003749",
    "IMAP.AccessAsApp": "5e5addcd-3e8d-4e90-baf5-964efab2b20a",
    "POP.AccessAsApp": "cb842b43-da6e-4506-86fe-bb12199c656d",
    "SMTP.SendAsApp": "7146a1f0-8703-45b3-9eae-527a64c00995",
    "Tasks.ReadWrite": "2c6a42ca-0d4d-49ad-bc0e-21222c449a65",
}
EXCHANGE_SCOPES: Mapping[str, str] = {"EWS.AccessAsUser.All": "3b5f3d61-589b-4a3c-a359-5dd4b5ee5bd5"}

GRAPH_ROLES: Mapping[str, str] = {
    "Application.Read.All": "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
    "Application.ReadWrite.All": "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
    "Application.ReadWrite.OwnedBy": "18a4783c-866b-4cc7-a460-3d5e5662c884",
    "AppRoleAssignment.ReadWrite.All": "06b708a9-e830-4db3-a914-8e69da51d44f",
    "AuditLog.Read.All": "b0afded3-3588-46d8-8b3d-9842eff778da",
    "Calendars.ReadWrite": "ef54d2bf-783f-4e0f-bca1-3210c0444d99",
    "Contacts.ReadWrite": "6918b873-d17a-4dc1-b314-35f528134491",
    "CustomSecAttributeAssignment.Read.All": "3b37c5a4-1226-493d-bec3-5d6c6b866f3f",
    "CustomSecAttributeAssignment.ReadWrite.All": "de89b5e4-5b8f-48eb-8925-29c2b33bd8bd",
    "DelegatedPermissionGrant.Read.All": "81b4724a-58aa-41c1-8a55-84ef97466587",
    "DelegatedPermissionGrant.ReadWrite.All": "8e8e4742-1d95-4f68-9d56-6ee75648c72a",
    "Directory.Read.All": "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
    "Directory.ReadWrite.All": "19dbc75e-c2e2-444c-a770-ec69d8559fc7",
    "Domain.Read.All": "dbb9058a-0e50-45d7-ae91-66909b5d4664",
    "Group.Read.All": "5b567255-7703-4780-807c-7be8301ae99b",
    "GroupMember.ReadWrite.All": "dbaae8cf-10b5-4b86-a4a1-f871c94c6695",
    "Group.ReadWrite.All": "62a82d76-70ea-41e2-9197-370581804d09",
    "Mail.Read": "810c84a8-4a9e-49e6-bf7d-12d183f40d01",
    "Mail.ReadWrite": "e2a3a72e-5f79-4c64-b1b1-878b674786c9",
    "Mail.Send": "b633e1c5-b582-4048-a93e-9f11b44c7e96",
    "MailboxFolder.ReadWrite.All": "fef87b92-8391-4589-9da7-eb93dab7dc8a",
    "MailboxItem.ImportExport.All": "76577085-e73d-4f1d-b26a-85fb33892327",
    "MailboxItem.Read.All": "7d9f353d-a7bd-4fbb-822a-26d5dd39a3ce",
    "MailboxSettings.Read": "40f97065-369a-49f4-947c-6a255697ae91",
    "Policy.Read.All": "246dd0d5-5bd0-4def-940b-0421030a5b68",
    "Policy.ReadWrite.ApplicationConfiguration": "be74164b-cff1-491c-8741-e671cb536e13",
    "Policy.ReadWrite.ConditionalAccess": "01c0a623-fc9b-48e9-b794-0756f8e8f067",
    "RoleEligibilitySchedule.Read.Directory": "ff278e11-4a33-4d0c-83d2-d01dc58929a5",
    "RoleEligibilitySchedule.ReadWrite.Directory": "fee28b28-e1f3-4841-818e-2704dc62245f",
    "RoleManagement.Read.All": "c7fbd983-d9aa-4fa7-84b8-17382c103bc4",
    "RoleManagement.Read.Exchange": "c769435f-f061-4d0b-8ff1-3d39870e5f85",
    "RoleManagement.Read.Directory": "483bed4a-2ad3-4361-a73b-c83ccdbdc53c",
    "RoleManagement.ReadWrite.Directory": "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
    "RoleManagement.ReadWrite.Exchange": "025d3225-3f02-4882-b4c0-cd5b541a4e80",
    "Synchronization.Read.All": "5ba43d2f-fa88-4db2-bd1c-a67c5f0fb1ce",
    "Synchronization.ReadWrite.All": "9b50c33d-700f-43b1-b2eb-87e89b703581",
    "Tasks.ReadWrite.All": "44e666d1-d276-445b-a5fc-8815eeb81d55",
    "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
}
GRAPH_SCOPES: Mapping[str, str] = {
    "User.Read": "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
    "Mail.Read": "570282fd-fa5c-430d-a7fd-fc8dc98a9dca",
    "Directory.AccessAsUser.All": "0e263e50-5827-48a4-b97c-d940288653c7",
}
