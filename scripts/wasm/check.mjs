// Loads the module and has it check one report of each format, sound and faulty: node check.mjs MODULE
import { readFileSync } from "node:fs";
import { randomFillSync } from "node:crypto";

const hl7 = [
  "MSH|^~\\&|LIS|LABO^750100125^N|||20261123114500+0100||ORU^R01^ORU_R01|M1|P|2.5.1|||||FRA|UNICODE UTF-8",
  "PID|1||D1^^^LABO^PI||BRUVELAN^ZOÉ^^^^^L||19670412|F|||3 RUE^^PARIS^^75013^FRA^H",
  "ORC|NW|PR1|F1",
  "OBR|1|PR1|F1|94500-6^ARN^LN|||20261123074500+0100|||||||||||||||20261123114500+0100|||F",
  "OBX|1|CWE|94500-6^ARN^LN||10828004^Positif^SCT||||||F|||20261123074500+0100",
  "",
].join("\r");
const hprim = [
  "H|~^\\&|LABO1.HPR||750100125~LABO||ORU|||||P|H2.2~C|202611231145",
  "P|1||D1||BRUVELAN~ZOÉ||19670412|F||3 RUE~~PARIS~~75013",
  "OBR|1|PR1|F1|94500-6~ARN~LN|||202611230745|||||||||||||||202611231145|||F",
  "OBX|1|CE|94500-6~ARN~LN||10828004~Positif~SCT||||||F|||202611230745",
  "L|1||1|5",
  "",
].join("\r");
const csv = [
  "numero_dossier;numero_patient;nom_naissance;prenoms;date_naissance;sexe;code_postal;ville;laboratoire_finess;analyse_code;resultat;statut",
  "F1;D1;BRUVELAN;ZOÉ;12/04/1967;F;75013;PARIS;750100125;94500-6;Positif;F",
  "",
].join("\r\n");
const fhir = JSON.stringify({
  resourceType: "Bundle", type: "collection", entry: [
    { resource: { resourceType: "Patient", id: "p", identifier: [{ value: "D1" }],
      name: [{ family: "BRUVELAN", given: ["ZOÉ"] }], birthDate: "1967-04-12" } },
    { resource: { resourceType: "Organization", id: "l", name: "LABO" } },
    { resource: { resourceType: "DiagnosticReport", id: "r", status: "final", subject: { reference: "Patient/p" },
      identifier: [{ value: "F1" }], code: { text: "ARN" }, performer: [{ reference: "Organization/l" }],
      result: [{ reference: "Observation/o" }] } },
    { resource: { resourceType: "Observation", id: "o", status: "final", subject: { reference: "Patient/p" },
      code: { coding: [{ system: "http://loinc.org", code: "94500-6" }] }, valueString: "Positif" } },
  ],
});
const reports = [
  ["HL7", hl7, "19670412", "19670431"], ["HPRIM", hprim, "19670412", "19670431"],
  ["CSV", csv, "12/04/1967", "31/04/1967"], ["FHIR", fhir, "1967-04-12", "1967-04-31"],
];
const day = 20781; // 2026-11-24

let memory;
const nothing = () => 0;
const stubs = {
  random_get: (at, count) => (randomFillSync(new Uint8Array(memory.buffer, at, count)), 0),
  fd_close: nothing, fd_seek: nothing, fd_write: nothing,
};
const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const imports = {};
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
  if (!(name in stubs)) throw new Error(`unexpected import ${from}.${name}`);
  (imports[from] ??= {})[name] = stubs[name];
}
const { exports } = new WebAssembly.Instance(module, imports);
memory = exports.memory;

let failures = 0;
function expect(what, found, wanted) {
  if (found === wanted) return;
  failures += 1;
  console.error(`wasm: ${what}: ${found >> 16} taken and ${found & 0xffff} held, not ${wanted >> 16} and ${wanted & 0xffff}`);
}
function check(bytes, format) {
  const at = exports.malloc(bytes.length || 1);
  new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
  const verdict = exports.pli_check(at, bytes.length, format, day);
  exports.free(at);
  return verdict;
}
reports.forEach(([name, text, good, bad], index) => {
  const bytes = new TextEncoder().encode(text);
  expect(name, check(bytes, 0), 1 << 16);
  expect(`${name}, forced`, check(bytes, index + 1), 1 << 16);
  expect(`${name}, faulty`, check(new TextEncoder().encode(text.replace(good, bad)), 0), 1);
  const room = 1 << 16;
  const at = exports.malloc(room);
  let made = 0;
  for (let number = 1; number <= 20; number += 1) {
    const count = exports.pli_synth(at, room, index + 1, day, 7, number);
    made += check(new Uint8Array(memory.buffer, at, count).slice(), 0) & 0xffff;
  }
  exports.free(at);
  if (made > 2) expect(`${name}, synthetic`, made, 0);
});
if (failures === 0) console.log(`wasm: one report of each of ${reports.length} formats taken, one held, 20 synthetic ones checked`);
process.exit(failures === 0 ? 0 : 1);
