/* Adding a document: shows the photographs before they leave, lets one order and turn them, and says how far
   the sending is. Without it the same form is sent by the browser. */
"use strict";
(() => {
  const TURNS = ["", "droite", "demi-tour", "gauche"];
  let pages = []; // {file, url, turn}: kept when the server sends the form back to be corrected

  const say = (main, text) => { main.querySelector("[data-upload] [role=status]").textContent = text; };

  const start = (main) => {
    const form = main.querySelector("form[enctype]");
    if (!form) return;
    if (form.elements.photos) choose(main, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(main, form);
    });
  };

  /* -- the pages chosen */

  const choose = (main, form) => {
    const { photos, shot } = form.elements;
    form.elements.pages.closest(".ui-field").hidden = true;
    if (!matchMedia("(pointer: coarse)").matches) shot.closest(".ui-field").hidden = true;
    for (const input of [photos, shot]) {
      input.addEventListener("change", () => {
        pages.push(...[...input.files].map((file) => ({ file, url: URL.createObjectURL(file), turn: 0 })));
        input.value = "";
        draw(main);
        say(main, `${pages.length} page${pages.length > 1 ? "s" : ""} en tout.`);
      });
    }
    draw(main);
  };

  const draw = (main) => {
    const model = document.getElementById("upload-page").content;
    main.querySelector(".upload-chosen").hidden = pages.length === 0;
    main.querySelector(".upload-pages").replaceChildren(...pages.map((page, place) => {
      const item = model.cloneNode(true).firstElementChild;
      const image = item.querySelector("img");
      image.src = page.url;
      image.className = `upload-turned-${page.turn}`;
      image.alt = `Page ${place + 1}, telle que vous l’envoyez`;
      item.querySelector("strong").textContent = `Page ${place + 1}`;
      for (const button of item.querySelectorAll("button")) {
        button.setAttribute("aria-label", `${button.textContent.trim()} : page ${place + 1}`);
        button.disabled = (button.name === "before" && place === 0)
          || (button.name === "after" && place === pages.length - 1);
        button.addEventListener("click", () => act(main, button.name, place));
      }
      return item;
    }));
  };

  const act = (main, name, place) => {
    const page = pages[place];
    let now = place;
    if (name === "turn") {
      page.turn = (page.turn + 1) % 4;
      say(main, `Page ${place + 1} tournée.`);
    } else {
      pages.splice(place, 1);
      if (name === "remove") {
        URL.revokeObjectURL(page.url);
        now = Math.min(place, pages.length - 1);
        say(main, `Page retirée. Il en reste ${pages.length}.`);
      } else {
        now = place + (name === "before" ? -1 : 1);
        pages.splice(now, 0, page);
        say(main, `Page ${place + 1} devenue page ${now + 1}.`);
      }
    }
    draw(main);
    const buttons = main.querySelectorAll(".upload-page")[now]?.querySelectorAll("button:not(:disabled)") || [];
    ([...buttons].find((button) => button.name === name) || buttons[0] || main).focus();
  };

  /* -- sending */

  const collect = (form) => {
    const data = new FormData(form);
    if (!form.elements.photos) return data;
    data.delete("photos");
    data.delete("shot");
    for (const page of pages) data.append("photos", page.file);
    data.set("pages", pages.map((page, place) => `${place + 1} ${TURNS[page.turn]}`.trim()).join(", "));
    return data;
  };

  const send = (main, form) => {
    const area = main.querySelector("[data-upload]");
    const bar = area.querySelector("progress");
    const button = form.querySelector("[type=submit]");
    const data = collect(form);
    const bytes = [...data.values()].reduce((sum, value) => sum + (value.size || 0), 0);
    const most = Number(area.dataset.mostBytes);
    if (bytes > most) {
      const heavy = (Math.ceil(bytes / 1e5) / 10).toLocaleString("fr-FR");
      say(main, `Trop lourd : ${heavy} Mo. Cette page accepte ${Math.floor(most / 1e6)} Mo au plus.`);
      return;
    }
    const free = () => { button.disabled = false; bar.hidden = true; };
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = (100 * event.loaded) / event.total;
    });
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      say(main, "Envoyé. Le document est vérifié et préparé.");
    });
    request.addEventListener("load", () => {
      const next = request.getResponseHeader("HX-Redirect");
      if (next) location.assign(next);
      else replace(main, request.responseText);
    });
    request.addEventListener("error", () => {
      free();
      say(main, "L’envoi s’est interrompu. Vérifiez votre connexion, puis vos documents, avant de recommencer.");
    });
    button.disabled = true;
    bar.hidden = false;
    bar.value = 0;
    say(main, "Envoi en cours.");
    request.open("POST", location.pathname);
    request.setRequestHeader("HX-Request", "true");
    request.send(data);
  };

  /* The page that comes back: the form with its errors, or what stood against it. */
  const replace = (main, html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.querySelector("main");
    document.title = page.title;
    const file = main.querySelector("form input[name=file]");
    const again = fresh.querySelector("form input[name=file]:not([aria-invalid])");
    if (file && again) again.files = file.files; // what was chosen stays chosen, as what was typed
    main.replaceWith(fresh);
    start(fresh);
    (fresh.querySelector("[tabindex='-1']") || fresh).focus();
  };

  start(document.querySelector("main"));
})();
