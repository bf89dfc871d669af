#!/usr/bin/env bash
# The examples of Ambiosys's documents, and a call of everything else that the surface `conversations` answers.
#
#   BASE_URL=http://127.0.0.1:3000 API_KEY=<key> bash test/examples/conversations.sh
#
# Wants the templates `appointment_reminder` and `service_confirmation` in Spanish, as the documents have them.
source "$(dirname "$0")/curl.sh"

# Send Text Message
SENT=$(curl -X POST "$BASE_URL/api/whatsapp/send" \
-H "Content-Type: application/json" \
-H "Authorization: Bearer $API_KEY" \
-d '{
"phoneNumber": "+50212345678",
"content": "Hello! Your service request has been received.",
"requestId": 123
}')
answered "$SENT"
CONVERSATION_ID=$(field conversation_id "$SENT")

# Send Message in Conversation
curl -X POST "$BASE_URL/api/whatsapp/conversations/$CONVERSATION_ID/messages" \
-H "Content-Type: application/json" \
-H "Authorization: Bearer $API_KEY" \
-d '{
"content": "Thank you for your patience. A technician will contact you shortly."
}'

# Send Template Message
curl -X POST "$BASE_URL/api/whatsapp/send-template" \
-H "Content-Type: application/json" \
-H "Authorization: Bearer $API_KEY" \
-d '{
"templateName": "appointment_reminder",
"languageCode": "es",
"components": [
{
"type": "body",
"parameters": [
{"type": "text", "text": "Juan Pérez"},
{"type": "text", "text": "15 de marzo a las 10:00 AM"}
]
}
],
"recipients": [
{"phoneNumber": "+50212345678", "requestId": 123},
{"phoneNumber": "+50298765432", "requestId": 124}
]
}'

# Get Templates
curl -X GET "$BASE_URL/api/whatsapp/templates" \
-H "Authorization: Bearer $API_KEY"

# Template with Header, Body, and Button; its recipient is not the document's, which has none.
curl -X POST "$BASE_URL/api/whatsapp/send-template" \
-H "Content-Type: application/json" \
-H "Authorization: Bearer $API_KEY" \
-d '{
"templateName": "service_confirmation",
"languageCode": "es",
"components": [
{
"type": "header",
"parameters": [
{"type": "text", "text": "Confirmación de Servicio"}
]
},
{
"type": "body",
"parameters": [
{"type": "text", "text": "Juan Pérez"},
{"type": "text", "text": "SR-2024-001"},
{"type": "text", "text": "15 de marzo, 10:00 AM"}
]
},
{
"type": "button",
"sub_type": "url",
"index": "0",
"parameters": [
{"type": "text", "text": "tracking-code-123"}
]
}
],
"recipients": [
{"phoneNumber": "+50212345678"}
]
}'

# The inbox
curl -X GET "$BASE_URL/api/whatsapp/conversations?status=active&search=50212345678&limit=50" \
-H "Authorization: Bearer $API_KEY"

curl -X GET "$BASE_URL/api/whatsapp/conversations/$CONVERSATION_ID?limit=10" \
-H "Authorization: Bearer $API_KEY"

curl -X PATCH "$BASE_URL/api/whatsapp/conversations/$CONVERSATION_ID" \
-H "Content-Type: application/json" \
-H "Authorization: Bearer $API_KEY" \
-d '{
"status": "closed",
"assignedTo": "ana",
"requestId": 124,
"label": "Repairs",
"read": true
}'
