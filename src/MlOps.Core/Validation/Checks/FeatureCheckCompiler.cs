using System.Numerics;
using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Makes the check of a property: typed calls of its getter and setter, with the type picked by a switch, so that nothing is generated at run time.</summary>
internal sealed class FeatureCheckCompiler<TRow>(FeatureProperty property, FeatureSchema feature, string name, InputPolicy policy, List<string> faults)
    where TRow : class
{
    /// <summary>Makes the check.</summary>
    /// <returns>The check; <see langword="null"/> if a fault was added, or there is nothing to check.</returns>
    public FeatureCheck<TRow>? Compile()
    {
        if (FindMisfit() is { } misfit)
        {
            faults.Add(misfit);
            return null;
        }

        return property.Type switch
        {
            FeatureType.Int8 => CompileNumber<sbyte>(),
            FeatureType.Int16 => CompileNumber<short>(),
            FeatureType.Int32 => CompileNumber<int>(),
            FeatureType.Int64 => CompileNumber<long>(),
            FeatureType.UInt8 => CompileNumber<byte>(),
            FeatureType.UInt16 => CompileNumber<ushort>(),
            FeatureType.UInt32 => CompileNumber<uint>(),
            FeatureType.UInt64 => CompileNumber<ulong>(),
            FeatureType.Float16 => CompileNumber<Half>(),
            FeatureType.Float32 => CompileNumber<float>(),
            FeatureType.Float64 => CompileNumber<double>(),
            FeatureType.String => CompileText(),
            FeatureType.Boolean => CompilePresence<bool>(),
            FeatureType.DateTime => CompilePresence<DateTimeOffset>(),
            FeatureType.Binary => Compile<byte[]?, PresenceRule<byte[]?>>(new(feature)),
            _ => throw new InvalidOperationException($"A property cannot be {property.Type}."),
        };
    }

    private FeatureCheck<TRow>? CompileNumber<T>()
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        var rule = new NumberRule<T>(feature);
        return property.IsNullable ? Compile<T?, NullableRule<T, NumberRule<T>>>(new(feature, property.Index is not null, rule)) : Compile<T, NumberRule<T>>(rule);
    }

    private FeatureCheck<TRow>? CompileText()
    {
        var check = Compile<string?, TextRule>(new TextRule(feature));
        return check is not null && feature.MaxUnseenRate > 0 ? new UnseenRateCheck<TRow>(check, feature.MaxUnseenRate) : check;
    }

    private FeatureCheck<TRow>? CompilePresence<T>()
        where T : struct =>
        property.IsNullable ? Compile<T?, PresenceRule<T?>>(new(feature))
        : property.IsArray ? Compile<T, PresenceRule<T>>(new(feature))
        : null;

    private FeatureCheck<TRow>? Compile<T, TRule>(TRule rule)
        where TRule : struct, IValueRule<T>
    {
        var remedy = new ValueRemedy<T>(policy, HasImpute: false, default!);
        if (policy == InputPolicy.Impute && feature.Impute is { } impute)
        {
            if (!rule.TryConvert(impute, out var value))
            {
                faults.Add(FormattableString.Invariant($"{property} is {property.Type}, and \"impute\" of the feature '{feature.Name}' is {impute}. Give a value that the property can have."));
                return null;
            }

            remedy = remedy with { HasImpute = true, Impute = value };
        }

        var setter = property.Property.SetMethod is { IsPublic: true } method ? method : null;
        if (setter is null && (remedy.HasImpute || (policy == InputPolicy.Clamp && (feature.Minimum ?? feature.Maximum) is not null)))
        {
            faults.Add($"{property} has no setter, and the policy of the feature '{feature.Name}' is {policy}. Add a setter (init will do), or choose another policy.");
            return null;
        }

        var getter = property.Property.GetMethod!;
        return property.IsArray
            ? new ArrayCheck<TRow, T, TRule>(feature, name, getter.CreateDelegate<Func<TRow, T[]?>>(), setter?.CreateDelegate<Action<TRow, T[]>>(), rule, remedy)
            : new ScalarCheck<TRow, T, TRule>(name, getter.CreateDelegate<Func<TRow, T>>(), setter?.CreateDelegate<Action<TRow, T>>(), rule, remedy);
    }

    /// <summary>Finds a rule that says nothing about values of the property's type: it would never be checked, and nobody would know.</summary>
    private string? FindMisfit()
    {
        var rule = FeatureSchemaRules.IsNumber(property.Type!.Value) ? FeatureSchemaRules.FindTextRule(feature)
            : property.Type == FeatureType.String ? FeatureSchemaRules.FindNumberRule(feature)
            : FeatureSchemaRules.FindTextRule(feature) ?? FeatureSchemaRules.FindNumberRule(feature);
        return rule is null ? null : $"{property} is {property.Type}, and the feature '{feature.Name}' has \"{rule}\". Change the property's type, or remove that line from {InputSchema.FileName}.";
    }
}
