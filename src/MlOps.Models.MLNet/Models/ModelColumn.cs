using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlOps.Providers;

namespace MlOps.Models;

/// <summary>A column of a pipeline, with its type as a feature.</summary>
internal sealed class ModelColumn
{
    public ModelColumn(DataViewSchema.Column column)
    {
        Column = column;
        var vector = column.Type as VectorDataViewType;
        var item = vector?.ItemType ?? column.Type;
        RawType = item.RawType;
        IsVector = vector is not null;
        Size = vector?.Size ?? 1;
        Dimensions = vector is null ? [] : [.. vector.Dimensions];
        Key = item as KeyDataViewType;
        Type = Find(RawType);
    }

    public DataViewSchema.Column Column { get; }

    public string Name => Column.Name;

    /// <summary>Gets the .NET type of one value in ML.NET, such as <see cref="ReadOnlyMemory{T}"/> of characters for text.</summary>
    public Type RawType { get; }

    /// <summary>Gets the feature type of one value, or <see langword="null"/> if there is none, as for an image.</summary>
    public FeatureType? Type { get; }

    public bool IsVector { get; }

    /// <summary>Gets the number of values in a row, or 0 if it is variable.</summary>
    public int Size { get; }

    public IReadOnlyList<int> Dimensions { get; }

    /// <summary>Gets the key type: each value of a fixed set has a number from 1, and 0 is any other value.</summary>
    public KeyDataViewType? Key { get; }

    public static FeatureType? Find(Type raw) => raw switch
    {
        _ when raw == typeof(ReadOnlyMemory<char>) => FeatureType.String,
        _ when raw == typeof(DateTime) => FeatureType.DateTime,
        _ => FeatureTypes.Find(raw),
    };

    /// <summary>Gets the texts of an annotation, such as slot names or key values, or <see langword="null"/> if there are none.</summary>
    public string[]? FindTexts(string annotation)
    {
        if (Column.Annotations.Schema.GetColumnOrNull(annotation)?.Type is not VectorDataViewType { ItemType: TextDataViewType })
        {
            return null;
        }

        VBuffer<ReadOnlyMemory<char>> texts = default;
        Column.Annotations.GetValue(annotation, ref texts);
        return [.. texts.DenseValues().Select(static text => text.ToString())];
    }

    /// <summary>Gets the type of one value, for messages.</summary>
    public string TypeName => NameOf(RawType);

    public string Describe() => Describe(TypeName, IsVector, Size);

    /// <summary>Gets the C# types that a member may have, for messages.</summary>
    /// <param name="isOutput"><see langword="true"/> for an output.</param>
    /// <param name="isValue"><see langword="true"/> for a member that represents one element of a vector.</param>
    public string ToDeclaration(bool isOutput, bool isValue)
    {
        var item = TypeNames.Of(RawType);
        return IsVector && !isValue ? (Type == FeatureType.String ? "string[]" : $"{item}[] or VBuffer<{item}>")
            : Key is not null && isOutput ? $"{item} or string"
            : RawType == typeof(DateTime) ? "DateTime or DateTimeOffset"
            : item;
    }

    /// <summary>Gets the name of the feature type of a .NET type, or else the name of the .NET type. Both date types have their .NET names.</summary>
    public static string NameOf(Type raw) => Find(raw) is { } type && type != FeatureType.DateTime ? type.ToString() : raw.Name;

    /// <summary>Formats a type for mapping faults, such as <c>Float32[4]</c>.</summary>
    public static string Describe(string type, bool isVector, int size) =>
        isVector ? $"{type}[{(size == 0 ? "" : size.ToString(CultureInfo.InvariantCulture))}]" : type;
}
