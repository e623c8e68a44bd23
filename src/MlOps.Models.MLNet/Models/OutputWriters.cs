using System.Linq.Expressions;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>Compiles writers that copy the value of an output column to an object.</summary>
internal static class OutputWriters
{
    private const string KeyValues = "KeyValues";
    private static readonly MethodInfo s_getGetter = typeof(DataViewRow).GetMethod(nameof(DataViewRow.GetGetter))!;

    /// <summary>Determines whether a member can represent every value of a column.</summary>
    public static bool Fits(ModelColumn column, RowMember member)
    {
        if (member.Index is { } index)
        {
            return column.IsVector && index < column.Size && !member.IsVector && HoldsItem(column, member);
        }

        return column.IsVector == member.IsVector
            && (member.Type.IsSZArray || !member.IsVector ? HoldsItem(column, member) : member.ElementType == column.RawType);
    }

    public static OutputWriter<TOutput> Create<TOutput>(DataViewRow row, OutputBinding binding)
    {
        var (column, member) = (binding.Column, binding.Member);
        var raw = column.RawType;
        var getter = s_getGetter.MakeGenericMethod(column.IsVector ? typeof(VBuffer<>).MakeGenericType(raw) : raw).Invoke(row, [column.Column]);
        return member switch
        {
            { Index: { } index } => Make(typeof(ElementWriter<,>), [typeof(TOutput), raw], getter, index, CompileSetter<TOutput>(member, column, raw)),
            { IsVector: false } => Make(typeof(ScalarWriter<,>), [typeof(TOutput), raw], getter, CompileSetter<TOutput>(member, column, raw)),
            { Type.IsSZArray: true } => Make(
                typeof(ArrayWriter<,,>),
                [typeof(TOutput), raw, member.ElementType],
                getter,
                CompileReader<TOutput>(member),
                CompileSetter<TOutput>(member, column, member.Type),
                CompileItem(member, column)),
            _ => Make(
                typeof(BufferWriter<,>),
                [typeof(TOutput), raw],
                getter,
                CompileReader<TOutput>(member),
                CompileSetter<TOutput>(member, column, member.Type)),
        };

        static OutputWriter<TOutput> Make(Type type, Type[] arguments, params object?[] values) =>
            (OutputWriter<TOutput>)Activator.CreateInstance(type.MakeGenericType(arguments), values)!;
    }

    private static bool HoldsItem(ModelColumn column, RowMember member) =>
        Conversions.Exists(column.RawType, member.ValueType)
        || (member.ValueType == typeof(string) && column.Key is not null && column.FindTexts(KeyValues) is not null);

    private static Delegate CompileReader<TOutput>(RowMember member)
    {
        var output = Expression.Parameter(typeof(TOutput));
        return Expression.Lambda(member.Of(output), output).Compile();
    }

    private static Delegate CompileSetter<TOutput>(RowMember member, ModelColumn column, Type type)
    {
        var (output, value) = (Expression.Parameter(typeof(TOutput)), Expression.Parameter(type));
        var converted = type == member.Type ? value : ConvertItem(value, member, column, member.Of(output));
        var assignment = Expression.Assign(member.Of(output), converted);
        return Expression.Lambda(typeof(Action<,>).MakeGenericType(typeof(TOutput), type), assignment, output, value).Compile();
    }

    private static Delegate? CompileItem(RowMember member, ModelColumn column)
    {
        if (member.ElementType == column.RawType)
        {
            return null;
        }

        var value = Expression.Parameter(column.RawType);
        return Expression.Lambda(ConvertItem(value, member, column, Expression.Constant(null, typeof(string))), value).Compile();
    }

    private static Expression ConvertItem(Expression value, RowMember member, ModelColumn column, Expression current)
    {
        if (member.ValueType != typeof(string))
        {
            return Expression.Convert(Conversions.Convert(value, member.ValueType), member.ElementType);
        }

        return column.Key is null
            ? Expression.Call(typeof(OutputWriters), nameof(ToText), null, current, value)
            : Expression.Call(
                typeof(OutputWriters), nameof(ToKeyText), null, Expression.Constant(column.FindTexts(KeyValues)), Expression.Convert(value, typeof(ulong)));
    }

    /// <summary>Reuses the current string if it is equal, which avoids most allocations because labels repeat.</summary>
    private static string ToText(string? current, ReadOnlyMemory<char> text) =>
        current is not null && text.Span.SequenceEqual(current) ? current : text.ToString();

    private static string ToKeyText(string[] names, ulong key) => key == 0 || key > (ulong)names.Length ? "" : names[key - 1];
}
