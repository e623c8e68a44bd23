using System.Numerics;
using MlOps.Models;
using MlOps.Providers;

namespace MlOps.Validation;

/// <summary>Infers the schema of a property from its values in rows.</summary>
internal sealed class PropertyInference<TRow>
    where TRow : class
{
    private readonly FeatureProperty _property;
    private readonly FeatureSchemaBuilder _inference;
    private readonly Action<TRow> _add;

    public PropertyInference(FeatureProperty property, SchemaInferenceOptions options)
    {
        _property = property;
        _inference = new FeatureSchemaBuilder(property.Index is null ? property.Name : FeatureBinding.NameOf(property), options);
        _add = property.Type switch
        {
            FeatureType.Int8 => Numbers<sbyte>(),
            FeatureType.Int16 => Numbers<short>(),
            FeatureType.Int32 => Numbers<int>(),
            FeatureType.Int64 => Numbers<long>(),
            FeatureType.UInt8 => Numbers<byte>(),
            FeatureType.UInt16 => Numbers<ushort>(),
            FeatureType.UInt32 => Numbers<uint>(),
            FeatureType.UInt64 => Numbers<ulong>(),
            FeatureType.Float16 => Numbers<Half>(),
            FeatureType.Float32 => Numbers<float>(),
            FeatureType.Float64 => Numbers<double>(),
            FeatureType.Boolean => Values<bool>(_inference.Add),
            FeatureType.DateTime => Values<DateTimeOffset>(static _ => { }),
            FeatureType.String => References<string>(text => _inference.Add(text.AsSpan())),
            FeatureType.Binary => References<byte[]>(static _ => { }),
            _ => throw new InvalidOperationException($"A property cannot have the type {property.Type}."),
        };
    }

    /// <summary>Gets the lengths of the shortest and the longest string so far.</summary>
    public (int? Shortest, int? Longest) Lengths => _inference.Lengths;

    public void Add(TRow row) => _add(row);

    public FeatureSchema ToSchema() => _inference.Build(_property.Type!.Value);

    private Action<TRow> Numbers<T>()
        where T : struct, INumber<T> =>
        Values<T>(value => _inference.Add(double.CreateSaturating(value)));

    private Action<TRow> Values<T>(Action<T> add)
        where T : struct
    {
        if (_property.IsArray)
        {
            return Arrays(add);
        }

        if (!_property.IsNullable)
        {
            var plain = Getter<T>();
            return row => add(plain(row));
        }

        var get = Getter<T?>();
        return row =>
        {
            if (get(row) is { } value)
            {
                add(value);
            }
            else
            {
                _inference.AddNull();
            }
        };
    }

    private Action<TRow> References<T>(Action<T> add)
        where T : class
    {
        void AddOrNull(T? value)
        {
            if (value is null)
            {
                _inference.AddNull();
            }
            else
            {
                add(value);
            }
        }

        if (_property.IsArray)
        {
            return Arrays<T?>(AddOrNull);
        }

        var get = Getter<T?>();
        return row => AddOrNull(get(row));
    }

    private Action<TRow> Arrays<T>(Action<T> add)
    {
        var get = Getter<T[]?>();
        return row =>
        {
            if (get(row) is not { } values)
            {
                _inference.AddNull();
                return;
            }

            _inference.AddCount(values.Length);
            Array.ForEach(values, add);
        };
    }

    private Func<TRow, T> Getter<T>() => _property.Property.GetMethod!.CreateDelegate<Func<TRow, T>>();
}
