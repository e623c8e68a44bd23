using System.Linq.Expressions;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>Compiles delegates that read the value of an input column from an object.</summary>
internal static class InputGetters
{
    private static readonly MethodInfo s_fromArray = Method(nameof(FromArray));
    private static readonly MethodInfo s_fromBuffer = Method(nameof(FromBuffer));
    private static readonly MethodInfo s_fromMembers = Method(nameof(FromMembers));

    /// <summary>Creates a <see cref="ValueGetter{TValue}"/> of the type of the column.</summary>
    public static Delegate Create<TInput>(CurrentRow<TInput> slot, InputBinding binding)
    {
        var (column, members) = (binding.Column, binding.Members);
        return members switch
        {
            _ when !column.IsVector => FromMember(slot, column, members[0]),
            [{ IsVector: true, Type.IsSZArray: true } member] => Make(
                s_fromArray,
                [typeof(TInput), member.ElementType, column.RawType],
                slot,
                CompileReader<TInput>(member),
                CompileItem(member, column),
                column.Size,
                member.ToString()),
            [{ IsVector: true } member] => Make(
                s_fromBuffer, [typeof(TInput), column.RawType], slot, CompileReader<TInput>(member), column.Size, member.ToString()),
            _ => Make(s_fromMembers, [typeof(TInput), column.RawType], slot, CompileFiller<TInput>(members, column), members.Count),
        };
    }

    private static Delegate FromMember<TInput>(CurrentRow<TInput> slot, ModelColumn column, RowMember member)
    {
        var target = Expression.Parameter(column.RawType.MakeByRefType());
        var row = Expression.Field(Expression.Constant(slot), nameof(CurrentRow<>.Row));
        var assignment = Expression.Assign(target, Convert(member.Of(row), member, column));
        return Expression.Lambda(typeof(ValueGetter<>).MakeGenericType(column.RawType), assignment, target).Compile();
    }

    private static ValueGetter<VBuffer<T>> FromArray<TInput, TFrom, T>(
        CurrentRow<TInput> slot, Func<TInput, TFrom[]?> read, Func<TFrom, T>? convert, int size, string member) =>
        (ref VBuffer<T> target) =>
        {
            // In a column of variable length, an empty vector is the missing value of ML.NET.
            var values = read(slot.Row) ?? (size == 0 ? [] : throw new ArgumentException($"The {member} is null. Set it to an array of {size} values."));
            RequireLength(values.Length, size, member);
            var editor = VBufferEditor.Create(ref target, values.Length);
            if (convert is null)
            {
                ((T[])(object)values).CopyTo(editor.Values);
            }
            else
            {
                for (var i = 0; i < values.Length; i++)
                {
                    editor.Values[i] = convert(values[i]);
                }
            }

            target = editor.Commit();
        };

    private static ValueGetter<VBuffer<T>> FromBuffer<TInput, T>(CurrentRow<TInput> slot, Func<TInput, VBuffer<T>> read, int size, string member) =>
        (ref VBuffer<T> target) =>
        {
            var values = read(slot.Row);
            RequireLength(values.Length, size, member);
            values.CopyTo(ref target);
        };

    private static ValueGetter<VBuffer<T>> FromMembers<TInput, T>(CurrentRow<TInput> slot, Action<TInput, T[]> fill, int size)
    {
        var values = new T[size];
        return (ref VBuffer<T> target) =>
        {
            fill(slot.Row, values);
            var editor = VBufferEditor.Create(ref target, size);
            values.CopyTo(editor.Values);
            target = editor.Commit();
        };
    }

    private static void RequireLength(int length, int size, string member)
    {
        if (size != 0 && length != size)
        {
            throw new ArgumentException($"The {member} has {length} values, but the model requires {size}. Set it to an array of {size} values.");
        }
    }

    private static Delegate CompileReader<TInput>(RowMember member)
    {
        var row = Expression.Parameter(typeof(TInput));
        return Expression.Lambda(member.Of(row), row).Compile();
    }

    private static Delegate? CompileItem(RowMember member, ModelColumn column)
    {
        if (member.ElementType == column.RawType && column.Key is null)
        {
            return null;
        }

        var value = Expression.Parameter(member.ElementType);
        return Expression.Lambda(Convert(value, member, column), value).Compile();
    }

    private static Delegate CompileFiller<TInput>(IReadOnlyList<RowMember> members, ModelColumn column)
    {
        var row = Expression.Parameter(typeof(TInput));
        var values = Expression.Parameter(column.RawType.MakeArrayType());
        var steps = members.Select((member, index) =>
            Expression.Assign(Expression.ArrayAccess(values, Expression.Constant(index)), Convert(member.Of(row), member, column)));
        var type = typeof(Action<,>).MakeGenericType(typeof(TInput), values.Type);
        return Expression.Lambda(type, Expression.Block(typeof(void), steps), row, values).Compile();
    }

    private static Expression Convert(Expression value, RowMember member, ModelColumn column)
    {
        if (Nullable.GetUnderlyingType(value.Type) is null)
        {
            return ConvertPresent(value, column, member.AllowNarrowing);
        }

        var maybe = Expression.Variable(value.Type);
        return Expression.Block(
            [maybe],
            Expression.Assign(maybe, value),
            Expression.Condition(
                Expression.Property(maybe, nameof(Nullable<>.HasValue)),
                ConvertPresent(Expression.Property(maybe, nameof(Nullable<>.Value)), column, member.AllowNarrowing),
                Missing(member, column)));
    }

    /// <summary>Converts a value that is not null to the type of a column.</summary>
    public static Expression ConvertPresent(Expression value, ModelColumn column, bool narrows = false)
    {
        if (column.Key is not { } key)
        {
            return Conversions.Convert(value, column.RawType, narrows);
        }

        // As in rows of ML.NET, a property counts keys from 0 and a column counts them from 1. In the column, 0 is an unknown value.
        var index = Expression.Convert(value, typeof(ulong));
        var known = Expression.LessThan(index, Expression.Constant((ulong)key.Count));
        return Expression.Convert(Expression.Condition(known, Expression.Add(index, Expression.Constant(1UL)), Expression.Constant(0UL)), column.RawType);
    }

    private static Expression Missing(RowMember member, ModelColumn column) => column.RawType switch
    {
        _ when column.Key is not null => Expression.Default(column.RawType),
        var raw when raw == typeof(float) => Expression.Constant(float.NaN),
        var raw when raw == typeof(double) => Expression.Constant(double.NaN),
        var raw => Expression.Throw(Expression.Call(Method(nameof(MissingValue)), Expression.Constant(member.ToString())), raw),
    };

    private static ArgumentException MissingValue(string member) =>
        new($"The {member} is null, but the type of the model input has no missing values. Set it to a value.");

    private static Delegate Make(MethodInfo method, Type[] types, params object?[] arguments) =>
        (Delegate)method.MakeGenericMethod(types).Invoke(null, arguments)!;

    private static MethodInfo Method(string name) => typeof(InputGetters).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
}
