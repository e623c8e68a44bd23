using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace MlOps.Models;

/// <summary>Generates methods that read properties, in which the getters are inlined: the call of each by a delegate takes longer than the copy of its
/// value.</summary>
internal static class RowFillers
{
    /// <summary>The greatest number of properties; the compiler does not optimize methods that are too long.</summary>
    private const int MostColumns = 1024;

    /// <summary>Generates the method.</summary>
    /// <returns>The method; <see langword="null"/> if a value is not simply that of a property.</returns>
    [RequiresDynamicCode("It generates a method.")]
    public static RowFiller<TInput, T>? TryEmit<TInput, T>(Func<TInput, T>[] getters)
    {
        if (getters.Length > MostColumns || !Array.TrueForAll(getters, static getter => getter is { Target: null, Method.IsStatic: false }))
        {
            return null;
        }

        // The unused first parameter is the target of the delegate: a delegate with a target is called directly.
        var method = new DynamicMethod("Fill", typeof(void), [typeof(object), typeof(TInput), typeof(T).MakeByRefType()], typeof(TInput).Module, skipVisibility: true);
        var code = method.GetILGenerator();
        for (var i = 0; i < getters.Length; i++)
        {
            code.Emit(OpCodes.Ldarg_2);
            code.Emit(OpCodes.Ldc_I4, i * Unsafe.SizeOf<T>());
            code.Emit(OpCodes.Add);
            code.Emit(OpCodes.Ldarg_1);
            code.Emit(OpCodes.Callvirt, getters[i].Method);
            code.Emit(OpCodes.Stobj, typeof(T));
        }

        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<RowFiller<TInput, T>>(target: null);
    }
}
