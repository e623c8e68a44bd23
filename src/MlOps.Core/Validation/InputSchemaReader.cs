using System.Text.Json;
using MlOps.Documents;
using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Parses schema documents. Because people write them, each error names the feature, the property, the value and the remedy.</summary>
internal static class InputSchemaReader
{
    private const string Known =
        "name, type, isNullable, allowNaN, allowInfinity, minimum, maximum, slack, categories, maxUnseenRate, "
        + "minimumLength, maximumLength, pattern, count, impute, policy";

    private static readonly JsonDocumentOptions s_options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    public static InputSchema Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, s_options);
            return Read(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new FormatException($"The input schema is not valid JSON: {exception.Message} Correct the document at this position.", exception);
        }
        catch (ArgumentException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    private static InputSchema Read(JsonElement root)
    {
        var value = new SchemaValue("The input schema", SchemaValue.Whole, root);
        var features = (IReadOnlyList<FeatureSchema>?)null;
        var (format, policy) = (0, (InputPolicy?)null);
        foreach (var property in value.ToProperties())
        {
            switch (property.Name)
            {
                case "format": format = property.ToCount(); break;
                case "default": policy = property.ToName<InputPolicy>(); break;
                case "features": features = [.. property.ToItems().Select(static (item, index) => ReadFeature(item, index))]; break;
                default: throw property.Unknown("format, default, features");
            }
        }

        return format != StoredDocument.Format
            ? throw new FormatException(
                $"The input schema has the format {format}, but this version of MlOps.Core supports only format {StoredDocument.Format}. "
                + $"Write \"format\": {StoredDocument.Format}, or update MlOps.Core.")
            : new InputSchema(features ?? throw new FormatException("The input schema has no 'features'. Add \"features\": [ … ]."), policy);
    }

    private static FeatureSchema ReadFeature(JsonElement element, int index)
    {
        var isNamed = element.ValueKind == JsonValueKind.Object && element.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String;
        var where = isNamed
            ? $"The feature '{RecordText.Shorten(element.GetProperty("name").GetString()!)}' of the input schema"
            : $"Feature {index + 1} of the input schema";
        var values = new SchemaValue(where, SchemaValue.Whole, element).ToProperties().ToDictionary(static value => value.Name, StringComparer.Ordinal);
        if (values.Keys.Except(Known.Split(", ")).FirstOrDefault() is { } unknown)
        {
            throw values[unknown].Unknown(Known);
        }

        var type = Required(values, "type", where, "\"type\": \"float32\"").ToName<FeatureType>();
        return new FeatureSchema
        {
            Name = Required(values, "name", where, "\"name\": \"age\"").ToText(),
            Type = type,
            IsNullable = values.GetValueOrDefault("isNullable")?.ToBoolean() ?? false,
            AllowNaN = values.GetValueOrDefault("allowNaN")?.ToBoolean() ?? false,
            AllowInfinity = values.GetValueOrDefault("allowInfinity")?.ToBoolean() ?? false,
            Minimum = values.GetValueOrDefault("minimum")?.ToNumber(),
            Maximum = values.GetValueOrDefault("maximum")?.ToNumber(),
            Slack = values.GetValueOrDefault("slack")?.ToNumber() ?? 0,
            Categories = values.GetValueOrDefault("categories")?.ToTexts(),
            MaxUnseenRate = values.GetValueOrDefault("maxUnseenRate")?.ToNumber() ?? 0,
            MinimumLength = values.GetValueOrDefault("minimumLength")?.ToCount(),
            MaximumLength = values.GetValueOrDefault("maximumLength")?.ToCount(),
            Pattern = values.GetValueOrDefault("pattern")?.ToText(),
            Count = values.GetValueOrDefault("count")?.ToCount(),
            Impute = values.GetValueOrDefault("impute")?.ToImputed(type),
            Policy = values.GetValueOrDefault("policy")?.ToName<InputPolicy>(),
        };
    }

    private static SchemaValue Required(Dictionary<string, SchemaValue> values, string name, string where, string example) =>
        values.GetValueOrDefault(name) ?? throw new FormatException($"{where} has no '{name}'. Add it, for example {example}.");
}
