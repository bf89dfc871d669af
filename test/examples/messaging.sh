#!/usr/bin/env bash
# A call of everything that the surface `messaging` answers, with the values of django-meta-whatsapp's documents.
#
#   BASE_URL=http://127.0.0.1:3000 API_KEY=<key> ACCOUNT_ID=1 bash test/examples/messaging.sh
#
# ACCOUNT_ID is the row id of a phone number. Wants the template `order_confirmation` in en_US and `welcome` in en. Meta
# blocks only people who wrote in the last 24 hours.
source "$(dirname "$0")/curl.sh"

: "${ACCOUNT_ID:?Set it to the row id of a phone number: 1 for the first}"

curl -X POST "$BASE_URL/whatsapp/api/send-message/" \
  -H "X-API-Key: $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "phone": "919876543210",
    "message": "Hello from our store! Your order is ready."
  }'

curl -X POST "$BASE_URL/whatsapp/api/send-message/" \
  -H "X-API-Key: $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "phone": "919876543210",
    "message": "This one comes from the account that you named.",
    "account_id": '"$ACCOUNT_ID"'
  }'

curl -X POST "$BASE_URL/whatsapp/api/send-location/" \
  -H "X-API-Key: $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "phone": "919876543210",
    "latitude": "28.6139",
    "longitude": "77.2090",
    "name": "Our Office",
    "address": "Connaught Place, New Delhi"
  }'

curl -X POST "$BASE_URL/whatsapp/api/send-template/" \
  -H "X-API-Key: $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "phone": "919876543210",
    "template_name": "order_confirmation",
    "language": "en_US",
    "header_params": ["ORD-1042"],
    "body_params": ["Rahul", "Monday"]
  }'

# Without a language it is English.
curl -X POST "$BASE_URL/whatsapp/api/send-template/" \
  -H "X-API-Key: $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "phone": "919876543210",
    "template_name": "welcome",
    "body_params": ["Rahul"]
  }'

curl "$BASE_URL/whatsapp/api/chats/" \
  -H "X-API-Key: $API_KEY"

curl "$BASE_URL/whatsapp/api/campaigns/" \
  -H "X-API-Key: $API_KEY"

curl -X POST "$BASE_URL/whatsapp/api/block/" \
  -H "X-API-Key: $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"phone": "919876543210"}'

curl "$BASE_URL/whatsapp/api/blocked/" \
  -H "X-API-Key: $API_KEY"

curl -X DELETE "$BASE_URL/whatsapp/api/unblock/" \
  -H "X-API-Key: $API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"phone": "919876543210"}'
