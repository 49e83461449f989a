// What software written with fhir-kit-client does: deposit, search, retrieve, mask, replace. Says what it saw.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const facts = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { Client } = await import(pathToFileURL(facts.kit));
const client = new Client({ baseUrl: facts.base });
client.bearerToken = facts.token;

const statement = await client.capabilityStatement();
assert.equal(statement.resourceType, 'CapabilityStatement');
const smart = await client.smartAuthMetadata();
assert.equal(smart.tokenUrl.href, facts.tokenUrl);

const searchParams = { 'patient.identifier': facts.patient, status: 'current' };
async function list() {
  const found = [];
  let page = await client.search({ resourceType: 'DocumentReference', searchParams: { ...searchParams, _count: 1 }, options: { postSearch: true } });
  while (page) {
    found.push(...(page.entry ?? []).map((entry) => entry.resource.id));
    page = await client.nextPage({ bundle: page });
  }
  return found;
}

const told = {};
const deposited = await client.create({ resourceType: 'DocumentReference', body: facts.first });
told.id = deposited.id;
told.transaction = await client.transaction({ body: facts.transaction });
told.before = await list();

const kept = await client.read({ resourceType: 'DocumentReference', id: deposited.id });
const binary = await client.request(kept.content[0].attachment.url);
told.data = binary.data;

const mask = { coding: [{ system: 'https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument', code: 'MASQUE_PS' }] };
const patched = await client.patch({
  resourceType: 'DocumentReference', id: deposited.id, jsonPatch: [{ op: 'add', path: '/securityLabel/-', value: mask }],
});
told.patched = patched.securityLabel.map((label) => label.coding[0].code);

const replacement = JSON.parse(JSON.stringify(facts.replacement).replaceAll('REPLACED', deposited.id));
told.replacement = await client.transaction({ body: replacement });
told.after = await list();
told.unknown = await client.read({ resourceType: 'DocumentReference', id: '01890000-0000-7000-8000-000000000000' })
  .then(() => 200, (error) => error.response.status);
console.log(JSON.stringify(told));
