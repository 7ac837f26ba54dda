package chat

// uiTexts are the texts of the page. Its script asks for them by code ("ui_" and a name), so they have no constants.
var uiTexts = map[Code]text{}
