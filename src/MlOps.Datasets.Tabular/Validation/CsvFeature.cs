using System.Globalization;
using MlOps.Datasets;
using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Infers the schema of a column of a CSV file in one pass.</summary>
/// <remarks>Values are collected as numbers, as booleans and as texts, because the type is known only after the last row.</remarks>
internal sealed class CsvFeature(string name, SchemaInferenceOptions options, NumberFormatInfo format) : ICsvColumn
{
    private readonly FeatureSchemaBuilder _texts = new(name, options);
    private readonly FeatureSchemaBuilder _booleans = new(name, options);
    private readonly FeatureSchemaBuilder _numbers = new(name, options);
    private bool _couldBeBoolean = true;
    private bool _couldBeInteger = true;
    private bool _couldBeNumber = true;
    private bool _couldBeTime = true;
    private bool _hasValue;

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            _texts.AddNull();
            _booleans.AddNull();
            _numbers.AddNull();
            return;
        }

        _hasValue = true;
        _texts.Add(text);
        _couldBeTime = _couldBeTime && (CsvValue.TryParseDate(text, out _) || CsvValue.TryParseMoment(text, out _));
        _couldBeInteger = _couldBeInteger && CsvValue.TryParseInteger(text, out _);
        if (_couldBeBoolean && (_couldBeBoolean = CsvValue.TryParseBoolean(text, out var boolean)))
        {
            _booleans.Add(boolean);
        }

        if (_couldBeNumber && (_couldBeNumber = CsvValue.TryParseNumber(text, format, out var number)))
        {
            _numbers.Add(number);
        }
    }

    /// <summary>Creates the schema; <see langword="null"/> if the column has no value or no name, such as the column of row numbers that pandas
    /// writes.</summary>
    public FeatureSchema? ToSchema() =>
        !_hasValue || string.IsNullOrWhiteSpace(name) ? null
        : _couldBeBoolean ? _booleans.Build(FeatureType.Boolean)
        : _couldBeNumber ? _numbers.Build(_couldBeInteger ? FeatureType.Int64 : FeatureType.Float64)
        : _texts.Build(_couldBeTime ? FeatureType.DateTime : FeatureType.String);
}
