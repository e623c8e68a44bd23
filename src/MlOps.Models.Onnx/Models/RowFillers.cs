using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace MlOps.Models;

/// <summary>Generates methods that read properties.</summary>
/// <remarks>The JIT compiler inlines the getters in these methods. Calling a getter through a delegate takes longer than copying its value.</remarks>
internal static class RowFillers
{
    /// <summary>The maximum number of properties. The JIT compiler does not optimize very long methods.</summary>
    private const int MaxColumns = 1024;

    /// <summary>Generates the method.</summary>
    /// <returns>The method, or <see langword="null"/> if there are too many properties or a getter converts its value.</returns>
    [RequiresDynamicCode("It generates a method.")]
    public static RowFiller<TInput, T>? TryEmit<TInput, T>(Func<TInput, T>[] getters)
    {
        if (getters.Length > MaxColumns || !Array.TrueForAll(getters, static getter => getter is { Target: null, Method.IsStatic: false }))
        {
            return null;
        }

        // The first parameter is unused. It makes the delegate closed over a target, and the runtime calls such delegates without a shuffle thunk.
        Type[] parameters = [typeof(object), typeof(TInput), typeof(T).MakeByRefType()];
        var method = new DynamicMethod("Fill", typeof(void), parameters, typeof(TInput).Module, skipVisibility: true);
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
