using System.Text.Json;
using MlOps.Documents;
using MlOps.Models;

namespace MlOps.Validation;

/// <summary>A value in a schema document with its location, which error messages contain.</summary>
/// <param name="where">The object that contains the value, such as <c>The feature 'age' of the input schema</c>.</param>
/// <param name="name">The name of the property.</param>
/// <param name="element">The value.</param>
internal sealed class SchemaValue(string where, string name, JsonElement element)
{
    /// <summary>The name of a value that is not a property: a whole schema or feature.</summary>
    public const string Whole = "";

    public string Name => name;

    public IEnumerable<SchemaValue> ToProperties() => element.ValueKind == JsonValueKind.Object
        ? element.EnumerateObject().Select(property => new SchemaValue(where, property.Name, property.Value))
        : throw Wrong("an object", "{ … }");

    public IEnumerable<JsonElement> ToItems() => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : throw Wrong("an array", "[ … ]");

    public bool ToBoolean() => element.ValueKind is JsonValueKind.True or JsonValueKind.False ? element.GetBoolean() : throw Wrong("true or false", "true");

    public int ToCount() => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var count) ? count : throw Wrong("an integer", "1");

    public double ToNumber() => element.ValueKind == JsonValueKind.Number ? element.GetDouble() : throw Wrong("a number", "0.5");

    public string ToText() => element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Wrong("a string", "\"abc\"");

    public IReadOnlyList<string> ToTexts() =>
        element.ValueKind == JsonValueKind.Array && element.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String)
            ? [.. element.EnumerateArray().Select(static item => item.GetString()!)]
            : throw Wrong("an array of strings", "[\"a\", \"b\"]");

    /// <summary>Reads the camel-case name of an enumeration member.</summary>
    public TEnum ToName<TEnum>()
        where TEnum : struct, Enum
    {
        var names = Enum.GetNames<TEnum>().Select(JsonNamingPolicy.CamelCase.ConvertName).ToArray();
        var index = element.ValueKind == JsonValueKind.String ? Array.IndexOf(names, element.GetString()) : -1;
        return index >= 0 ? Enum.GetValues<TEnum>()[index] : throw Wrong($"one of {string.Join(", ", names)}", $"\"{names[0]}\"");
    }

    /// <summary>Reads the value to impute: a Boolean, a string or a number, according to the type.</summary>
    public object ToImputed(FeatureType type) => (type, element.ValueKind) switch
    {
        (FeatureType.Boolean, _) => ToBoolean(),
        (FeatureType.String, _) => ToText(),
        (_, JsonValueKind.String) when element.ValueEquals("NaN") => double.NaN,
        _ => ToNumber(),
    };

    public FormatException Unknown(string known) =>
        new($"{where} has the unknown property '{RecordText.Shorten(name)}'. Remove it, or use one of {known}.");

    private FormatException Wrong(string expected, string example) => name == Whole
        ? new($"{where} is {RecordText.Shorten(element.GetRawText())}, but must be {expected}. Write, for example, {example}.")
        : new(
            $"{where} is not valid: '{RecordText.Shorten(name)}' is {RecordText.Shorten(element.GetRawText())}, but must be {expected}. "
            + $"Write, for example, \"{RecordText.Shorten(name)}\": {example}.");
}
