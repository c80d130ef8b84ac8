// Reads webhooks from standard input (JSON: secret, headers, body) and judges them with the Standard Webhooks and CloudEvents libraries.
import { Webhook } from 'standardwebhooks';
import { HTTP } from 'cloudevents';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const seen = JSON.parse(Buffer.concat(chunks).toString('utf8')).map(({ secret, headers, body }) => {
  const judged = {};
  try {
    judged.verified = new Webhook(secret).verify(body, headers);
  } catch (error) {
    judged.refused = error.message;
  }
  if (HTTP.isEvent({ headers, body })) {
    const event = HTTP.toEvent({ headers, body });
    event.validate();
    judged.event = { id: event.id, type: event.type, source: event.source, subject: event.subject, specversion: event.specversion, data: event.data };
  }
  return judged;
});
console.log(JSON.stringify(seen));
