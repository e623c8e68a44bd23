using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace MlOps.Validation;

/// <summary>Compiles the ranges of properties to one method.</summary>
/// <remarks>The JIT compiler inlines the getters in this method. Calling a getter through a delegate takes longer than the comparison.</remarks>
internal static class FloatRanges
{
    /// <summary>The maximum number of ranges in one method. The JIT compiler does not optimize very long methods.</summary>
    private const int RangesPerMethod = 128;

    /// <summary>Compiles ranges.</summary>
    /// <returns>Methods that determine whether all values of a row are in their ranges.</returns>
    public static Func<TRow, bool>[] Compile<TRow>(IEnumerable<FloatRange<TRow>> ranges)
        where TRow : class
    {
        var methods = ranges.Chunk(RangesPerMethod);
        if (RuntimeFeature.IsDynamicCodeSupported)
        {
            return [.. methods.Select(Emit)];
        }

        return [.. methods.Select(static method => (Func<TRow, bool>)(row => Array.TrueForAll(method, range => range.Holds(row))))];
    }

    [RequiresDynamicCode("It generates a method.")]
    private static Func<TRow, bool> Emit<TRow>(FloatRange<TRow>[] ranges)
        where TRow : class
    {
        // The first parameter is unused. It makes the delegate closed over a target, and the runtime calls such delegates without a shuffle thunk.
        var method = new DynamicMethod("AreInRange", typeof(bool), [typeof(object), typeof(TRow)], typeof(TRow).Module, skipVisibility: true);
        var code = method.GetILGenerator();
        var value = code.DeclareLocal(typeof(float));
        var outside = code.DefineLabel();
        foreach (var range in ranges)
        {
            code.Emit(OpCodes.Ldarg_1);
            code.Emit(OpCodes.Callvirt, range.Get.Method);
            code.Emit(OpCodes.Stloc, value);
            code.Emit(OpCodes.Ldloc, value);
            code.Emit(OpCodes.Ldc_R4, range.Low);
            code.Emit(OpCodes.Blt_Un, outside); // also for NaN
            code.Emit(OpCodes.Ldloc, value);
            code.Emit(OpCodes.Ldc_R4, range.High);
            code.Emit(OpCodes.Bgt_Un, outside);
        }

        code.Emit(OpCodes.Ldc_I4_1);
        code.Emit(OpCodes.Ret);
        code.MarkLabel(outside);
        code.Emit(OpCodes.Ldc_I4_0);
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<TRow, bool>>(target: null!);
    }
}
