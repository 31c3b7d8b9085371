// Choose the zone of the person's own device to begin with. Without this script the first choice stays.
const select = document.querySelector("select[data-guess-zone]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (select && zone && [...select.options].some((option) => option.value === zone)) {
  select.value = zone;
}
