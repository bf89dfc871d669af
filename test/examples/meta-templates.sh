#!/usr/bin/env bash
# A call of everything that the surface `metaTemplates` answers, with the values of Mindo's documents.
#
#   BASE_URL=http://127.0.0.1:3000 API_KEY=<key> PHONE_NUMBER_ID=<Meta's id> bash test/examples/meta-templates.sh
#
# Wants the template `welcome_message` in Spanish, with the variables name and company.
source "$(dirname "$0")/curl.sh"

: "${PHONE_NUMBER_ID:?Set it to the id that Meta has for a phone number}"

API="$BASE_URL/api/v1"

curl -X GET "$API/business-accounts/" \
  -H "X-API-Key: $API_KEY"

SENT=$(curl -X POST "$API/meta-templates/send/" \
  -H "X-API-Key: $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "phone_number_id": "'"$PHONE_NUMBER_ID"'",
    "template_name": "welcome_message",
    "language": "es",
    "recipient_phone": "+5491112345678",
    "variables": {"name": "Juan", "company": "Mi Empresa"}
  }')
answered "$SENT"

curl -X GET "$API/meta-templates/messages/$(field message_id "$SENT")/" \
  -H "X-API-Key: $API_KEY"

RECIPIENTS='[
  {"phone": "+5491112345678", "variables": {"name": "Juan", "company": "Mi Empresa"}},
  {"phone": "+5491187654321", "variables": {"name": "Ana", "company": "Mi Empresa"}},
  {"phone": "+5491155555555", "variables": {"name": "Pedro", "company": "Mi Empresa"}}
]'

curl -X POST "$API/meta-templates/send-bulk/" \
  -H "X-API-Key: $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "phone_number_id": "'"$PHONE_NUMBER_ID"'",
    "template_name": "welcome_message",
    "recipients": '"$RECIPIENTS"',
    "dry_run": true
  }'

BULK=$(curl -X POST "$API/meta-templates/send-bulk/" \
  -H "X-API-Key: $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "phone_number_id": "'"$PHONE_NUMBER_ID"'",
    "template_name": "welcome_message",
    "language": "es",
    "name": "Spring",
    "recipients": '"$RECIPIENTS"'
  }')
answered "$BULK"
BULK_SEND="$API/meta-templates/bulk-sends/$(field bulk_send_id "$BULK")"

# Its status each time that it changes, until it has ended.
curl -X GET "$BULK_SEND/events/" \
  -H "X-API-Key: $API_KEY"

curl -X GET "$BULK_SEND/" \
  -H "X-API-Key: $API_KEY"

curl -X GET "$BULK_SEND/messages/?page=1&page_size=20" \
  -H "X-API-Key: $API_KEY"

curl -X GET "$BULK_SEND/export/?format=csv" \
  -H "X-API-Key: $API_KEY"

curl -X GET "$BULK_SEND/export/?format=ndjson" \
  -H "X-API-Key: $API_KEY"

curl -X POST "$BULK_SEND/retry/" \
  -H "X-API-Key: $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"include_unknown": false}'

curl -X POST "$API/meta-templates/send-bulk/?phone_number_id=$PHONE_NUMBER_ID&template_name=welcome_message&language=es" \
  -H "X-API-Key: $API_KEY" \
  -H "Content-Type: text/csv" \
  --data-binary 'phone,name,company
+5491112345678,Juan,Mi Empresa
+5491187654321,Ana,Mi Empresa
'

LATER=$(curl -X POST "$API/meta-templates/send-bulk/?phone_number_id=$PHONE_NUMBER_ID&template_name=welcome_message&language=es&scheduled_at=2099-01-01T00:00:00Z" \
  -H "X-API-Key: $API_KEY" \
  -H "Content-Type: application/x-ndjson" \
  --data-binary '{"phone":"+5491112345678","variables":{"name":"Juan","company":"Mi Empresa"}}
{"phone":"+5491187654321","variables":{"name":"Ana","company":"Mi Empresa"}}
')
answered "$LATER"
BULK_SEND="$API/meta-templates/bulk-sends/$(field bulk_send_id "$LATER")"

for CHANGE in pause resume cancel; do
  curl -X POST "$BULK_SEND/$CHANGE/" \
    -H "X-API-Key: $API_KEY"
done

curl -X GET "$API/meta-templates/bulk-sends/?template=welcome_message&page=1&page_size=20" \
  -H "X-API-Key: $API_KEY"

curl -X GET "$API/contact-lookup/?phone=%2B5491112345678" \
  -H "X-API-Key: $API_KEY"

curl -X GET "$API/business-info/" \
  -H "X-API-Key: $API_KEY"
