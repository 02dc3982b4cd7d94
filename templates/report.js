/* SPDX-License-Identifier: Apache-2.0 */
/* The page is complete without this; it only adds a search box and a button that copies the line to paste. */
(function () {
  "use strict";
  var packages = document.querySelector("#packages");
  var rows = document.querySelectorAll("#packages tbody tr");
  if (packages && rows.length > 7) {
    var find = document.createElement("input");
    find.type = "search";
    find.className = "find";
    find.placeholder = "Find a package";
    find.setAttribute("aria-label", "Find a package");
    find.addEventListener("input", function () {
      var wanted = find.value.trim().toLowerCase();
      rows.forEach(function (row) {
        row.hidden = wanted !== "" && row.textContent.toLowerCase().indexOf(wanted) < 0;
      });
    });
    var filter = packages.querySelector(".filter");
    if (filter) {
      filter.appendChild(find);
    } else {
      packages.querySelector("h2").insertAdjacentElement("afterend", find);
    }
  }
  if (navigator.clipboard) {
    document.querySelectorAll("#fix .cmd ins").forEach(function (line) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "Copy the new line";
      button.addEventListener("click", function () {
        navigator.clipboard.writeText(line.textContent).then(function () {
          button.textContent = "Copied";
        });
      });
      line.closest("pre").insertAdjacentElement("afterend", button);
    });
  }
  /* a link into folded lines opens them */
  function open() {
    var target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    var fold = target && target.closest("details");
    if (fold && !fold.open) {
      fold.open = true;
      target.scrollIntoView();
    }
  }
  addEventListener("hashchange", open);
  open();
}());
