using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace MlOps.Reports;

/// <summary>Creates SVG elements of charts.</summary>
internal static class Svg
{
    // The class name limits these rules to charts, because a style element applies to the whole page.
    private const string Style =
        ".mlops-chart{font:12px system-ui,sans-serif}.mlops-chart text{fill:#222}.mlops-chart .back{fill:#fff}"
        + ".mlops-chart .grid{stroke:#ddd}.mlops-chart .strong{fill:#fff}"
        + "@media (prefers-color-scheme:dark){.mlops-chart text{fill:#ddd}.mlops-chart .back{fill:#1b1b1b}"
        + ".mlops-chart .grid{stroke:#444}.mlops-chart .strong{fill:#fff}}";

    private static readonly XNamespace s_namespace = "http://www.w3.org/2000/svg";

    /// <summary>Creates a self-contained document with its own style and background.</summary>
    public static string Draw(string title, double width, double height, IEnumerable<XElement> content) =>
        Root(title, width, height, [new XElement(s_namespace + "style", Style), Rectangle(0, 0, width, height, ("class", "back")), .. content])
            .ToString(SaveOptions.DisableFormatting);

    /// <summary>Creates the root element of a document.</summary>
    public static XElement Root(string title, double width, double height, IEnumerable<XElement> content)
    {
        var size = (Width: Number(width), Height: Number(height));
        var root = Element(
            "svg",
            ("class", "mlops-chart"),
            ("width", size.Width),
            ("height", size.Height),
            ("viewBox", $"0 0 {size.Width} {size.Height}"),
            ("role", "img"));
        root.Add(Title(title), content);
        return root;
    }

    public static XElement Element(string name, params (string Name, string Value)[] attributes) =>
        new(s_namespace + name, attributes.Select(static attribute => new XAttribute(attribute.Name, attribute.Value)));

    public static XElement Rectangle(double x, double y, double width, double height, params (string Name, string Value)[] attributes) =>
        Element("rect", [("x", Number(x)), ("y", Number(y)), ("width", Number(width)), ("height", Number(height)), .. attributes]);

    /// <summary>Creates a text that is truncated to a maximum length. If it is truncated, its tooltip contains the whole text.</summary>
    public static XElement Text(double x, double y, string text, string anchor, int longest = 60, params (string Name, string Value)[] attributes)
    {
        var element = Element("text", [("x", Number(x)), ("y", Number(y)), ("text-anchor", anchor), .. attributes]);
        var clean = Clean(text);
        var runes = clean.EnumerateRunes().Take(longest + 1).ToArray();
        element.Add(runes.Length <= longest ? clean : string.Concat(runes.Take(longest - 1)) + "…");
        if (runes.Length > longest)
        {
            element.Add(Title(text));
        }

        return element;
    }

    /// <summary>Creates a title element, which browsers show as the tooltip of its parent.</summary>
    public static XElement Title(string text) => new(s_namespace + "title", Clean(text));

    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Replaces characters that are not valid in XML, such as control characters. The XML writer escapes the other characters.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? Rune.ReplacementChar : rune);
        }

        return clean.ToString();
    }
}
