using System.Xml.Linq;
using MlOps.Reports;

namespace MlOps.Monitoring.Reports;

/// <summary>Creates HTML elements. Texts must be valid XML; <see cref="ReportText"/> makes them so.</summary>
internal static class Html
{
    private const int LongestTitle = 1000;

    /// <summary>Creates an element.</summary>
    /// <param name="name">The name of the element.</param>
    /// <param name="kind">The CSS classes, or an empty text.</param>
    /// <param name="content">The content: texts, elements and attributes.</param>
    public static XElement Element(string name, string kind, params IEnumerable<object?> content) =>
        new(name, kind.Length == 0 ? null : new XAttribute("class", kind), content);

    /// <summary>Creates a section with a heading, which is its accessible name.</summary>
    public static XElement Section(string id, string title, params IEnumerable<object?> content) => new(
        "section",
        new XAttribute("aria-labelledby", id),
        new XElement("h2", new XAttribute("id", id), title),
        content);

    /// <summary>Creates a name that does not change the direction of the text around it. A tooltip contains a name that is not shown completely.</summary>
    public static XElement Name(string name)
    {
        var shown = ReportText.Name(name);
        return new XElement("bdi", shown == name ? null : new XAttribute("title", Svg.Clean(name.Length > LongestTitle ? name[..LongestTitle] : name)), shown);
    }

    public static XElement Note(string text) => Element("p", "note", text);

    /// <summary>Creates a table that scrolls if it is wider than the screen.</summary>
    /// <param name="caption">The accessible name.</param>
    /// <param name="heads">The heads of the columns.</param>
    /// <param name="rows">The rows, whose first cell is their head.</param>
    public static XElement Table(string caption, IEnumerable<string> heads, IEnumerable<XElement> rows) => Element(
        "div",
        "wide",
        new XAttribute("tabindex", "0"),
        new XAttribute("role", "region"),
        new XAttribute("aria-label", caption),
        Element(
            "table",
            "runs",
            Element("caption", "hidden", caption),
            new XElement("thead", new XElement("tr", heads.Select(static head => new XElement("th", new XAttribute("scope", "col"), head)))),
            new XElement("tbody", rows)));

    public static XElement Row(object head, params IEnumerable<object?> cells) =>
        new("tr", new XElement("th", new XAttribute("scope", "row"), head), cells.Select(static cell => new XElement("td", cell)));

    /// <summary>Creates a collapsed part of the page.</summary>
    public static XElement Details(string summary, params IEnumerable<object?> content) => new("details", new XElement("summary", summary), content);

    public static XElement Pill(string kind, string text) => Element("span", $"pill {kind}", text);
}
