#!/usr/bin/env bash
# A call of everything that the surface `workspace` answers, with the values of Xobito's documents.
#
#   BASE_URL=http://127.0.0.1:3000 API_KEY=<key> SUBDOMAIN=default bash test/examples/workspace.sh
#
# Wants the templates `order_confirmation`, `order_shipped`, `summer_sale`, `invoice_ready` and `login_code` in en_US.
source "$(dirname "$0")/curl.sh"

: "${SUBDOMAIN:?Set it to the name of the workspace that the key belongs to}"

API="$BASE_URL/api/v1/$SUBDOMAIN"
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
echo 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==' |
  base64 -d > "$FOLDER/summer.png"
printf '%%PDF-1.4\n%%%%EOF\n' > "$FOLDER/invoice.pdf"

# Text variables and a contact
SENT=$(curl -X POST "$API/messages/template" \
  -H "Authorization: Bearer $API_KEY" \
  -H "Content-Type: application/json" \
  -H "Accept: application/json" \
  -d '{
    "phone_number": "+12025550123",
    "template_name": "order_confirmation",
    "template_language": "en_US",
    "header_field_1": "860198",
    "field_1": "Jane",
    "field_2": "Monday",
    "contact": {
      "firstname": "Jane",
      "lastname": "Doe",
      "email": "jane@example.com",
      "country": "US",
      "groups": "VIP,Newsletter"
    }
  }')
answered "$SENT"

# A button
curl -X POST "$API/messages/template" \
  -H "Authorization: Bearer $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "phone_number": "12025550123",
    "template_name": "order_shipped",
    "template_language": "en_US",
    "field_1": "860198",
    "button_0": "860198"
  }'

# An image by its address
curl -X POST "$API/messages/template" \
  -H "Authorization: Bearer $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "phone_number": "+12025550123",
    "template_name": "summer_sale",
    "template_language": "en_US",
    "header_image_url": "https://cdn.example.com/summer.png",
    "field_1": "Jane"
  }'

# An image that is uploaded, and a contact in a form
curl -X POST "$API/messages/template" \
  -H "Authorization: Bearer $API_KEY" \
  -H "Accept: application/json" \
  -F "phone_number=+12025550124" \
  -F "template_name=summer_sale" \
  -F "template_language=en_US" \
  -F "header_image_file=@$FOLDER/summer.png" \
  -F "field_1=John" \
  -F "contact[firstname]=John" \
  -F "contact[groups]=VIP"

# A document that is uploaded
curl -X POST "$API/messages/template" \
  -H "Authorization: Bearer $API_KEY" \
  -F "header_document_file=@$FOLDER/invoice.pdf" \
  -F "header_document_name=Invoice 2026-118.pdf" \
  -F "phone_number=+12025550123" \
  -F "template_name=invoice_ready" \
  -F "template_language=en_US" \
  -F "field_1=2026-118"

# A one-time password
curl -X POST "$API/messages/template" \
  -H "Authorization: Bearer $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "phone_number": "+12025550123",
    "template_name": "login_code",
    "template_language": "en_US",
    "otp_code": "482913"
  }'

# Texts, with reply buttons and with a button that opens an address
curl -X POST "$API/messages/send" \
  -H "Authorization: Bearer $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "phone_number": "+12025550123",
    "message_body": "Hello! How can we help you today?"
  }'

curl -X POST "$API/messages/send" \
  -H "Authorization: Bearer $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "phone_number": "+12025550123",
    "message_type": "interactive",
    "header": "Your order",
    "message_body": "Do you want it delivered?",
    "footer": "Reply within 24 hours",
    "buttons": [{"id": "yes", "title": "Yes"}, {"id": "no", "title": "No"}]
  }'

curl -X POST "$API/messages/send" \
  -H "Authorization: Bearer $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "phone_number": "+12025550123",
    "message_type": "cta_url",
    "message_body": "See where your order is.",
    "button_text": "Track order",
    "button_url": "https://shop.example.com/track/860198"
  }'

# Media by address and as uploads
curl -X POST "$API/messages/media" \
  -H "Authorization: Bearer $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "phone_number": "+12025550123",
    "media_type": "image",
    "media_url": "https://cdn.example.com/summer.png",
    "caption": "Our summer sale"
  }'

curl -X POST "$API/messages/media" \
  -H "Authorization: Bearer $API_KEY" \
  -F "phone_number=+12025550123" \
  -F "media_type=document" \
  -F "media_file=@$FOLDER/invoice.pdf" \
  -F "filename=Invoice 2026-118.pdf" \
  -F "caption=Your invoice"

curl -X GET "$API/messages/$(field message_id "$SENT")/status" \
  -H "Authorization: Bearer $API_KEY"

curl -X POST "$API/phone/validate" \
  -H "Authorization: Bearer $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"phone_number": "+1 202-555-0123"}'

curl -X GET "$API/templates?page=1&per_page=15" \
  -H "Authorization: Bearer $API_KEY"

# Contacts
CREATED=$(curl -X POST "$API/contacts" \
  -H "Authorization: Bearer $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "firstname": "Mary",
    "lastname": "Smith",
    "phone": "+12025550125",
    "email": "mary@example.com",
    "type": "lead",
    "company": "Acme",
    "description": "Asked for an offer",
    "country": "US",
    "groups": ["VIP", "Newsletter"]
  }')
answered "$CREATED"
CONTACT_ID=$(field id "$CREATED")

curl -X GET "$API/contacts?page=1&per_page=15" \
  -H "Authorization: Bearer $API_KEY"

curl -X GET "$API/contacts/$CONTACT_ID" \
  -H "Authorization: Bearer $API_KEY"

curl -X PUT "$API/contacts/$CONTACT_ID" \
  -H "Authorization: Bearer $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "firstname": "Mary",
    "lastname": "Jones",
    "phone": "+12025550125",
    "type": "customer"
  }'

curl -X DELETE "$API/contacts/$CONTACT_ID" \
  -H "Authorization: Bearer $API_KEY"

# Groups, statuses and sources of contacts
for KIND in groups statuses sources; do
  CREATED=$(curl -X POST "$API/$KIND" \
    -H "Authorization: Bearer $API_KEY" \
    -H "Content-Type: application/json" \
    -d '{"name": "Trade fair", "color": "#22c55e"}')
  answered "$CREATED"
  ROW_ID=$(field id "$CREATED")

  curl -X GET "$API/$KIND?page=1&per_page=15" \
    -H "Authorization: Bearer $API_KEY"

  curl -X GET "$API/$KIND/$ROW_ID" \
    -H "Authorization: Bearer $API_KEY"

  curl -X PUT "$API/$KIND/$ROW_ID" \
    -H "Authorization: Bearer $API_KEY" \
    -H "Content-Type: application/json" \
    -d '{"name": "Trade fair 2026"}'

  curl -X DELETE "$API/$KIND/$ROW_ID" \
    -H "Authorization: Bearer $API_KEY"
done
